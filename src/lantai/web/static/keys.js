// Keys of the whole page: search, go to, help; and menus that close when somebody looks elsewhere.
const GO = {h: '/', t: '/approvals', i: '/inbox'};
const WAIT_FOR_SECOND_KEY = 1200;

export const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  && !/^(checkbox|radio|button|submit)$/.test(target.type ?? '');

function closeMenus(except) {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

export function startKeys() {
  const help = document.getElementById('keys');
  const find = document.getElementById('find');
  let first = 0;

  for (const link of document.querySelectorAll('[data-keys]')) {
    link.hidden = false;
    link.addEventListener('click', (event) => { event.preventDefault(); closeMenus(); help?.showModal(); });
  }
  document.addEventListener('click', (event) => closeMenus(event.target));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      const menu = document.querySelector('details.menu[open]');
      if (menu) { closeMenus(); menu.querySelector('summary').focus(); }
      else if (isTyping(event.target)) event.target.blur();
      return;
    }
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
    if (event.timeStamp - first < WAIT_FOR_SECOND_KEY && GO[event.key]) {
      first = 0;
      location.assign(GO[event.key]);
    } else if (event.key === 'g') {
      first = event.timeStamp;
    } else if (event.key === '/' && find) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === '?' && help) {
      event.preventDefault();
      help.showModal();
    }
  });
}
