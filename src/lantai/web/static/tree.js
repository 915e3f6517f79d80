// The tree: branches are fetched when they are opened; arrow keys move, open and close.
const levelOf = (row) => Number(row.getAttribute('aria-level'));

function* below(row) {
  const level = levelOf(row);
  for (let next = row.nextElementSibling; next && levelOf(next) > level; next = next.nextElementSibling) yield next;
}

async function fetchRows(url) {
  const answer = await fetch(url, {headers: {Accept: 'text/html'}, credentials: 'same-origin'});
  if (!answer.ok) throw new Error(String(answer.status));
  const holder = document.createElement('template');
  holder.innerHTML = await answer.text();
  return [...holder.content.querySelectorAll('li')];
}

async function open(row) {
  if (row.getAttribute('aria-expanded') !== 'false') return;
  row.setAttribute('aria-busy', 'true');
  try {
    const rows = await fetchRows(row.dataset.branch);
    row.after(...rows);
    row.setAttribute('aria-expanded', 'true');
  } catch {
    // The page of the branch says what is wrong, in the reader's language.
    location.assign(row.querySelector('a').href);
  } finally {
    row.removeAttribute('aria-busy');
  }
}

function close(row) {
  for (const each of [...below(row)]) each.remove();
  row.setAttribute('aria-expanded', 'false');
}

async function more(row) {
  const rows = await fetchRows(row.dataset.more);
  const first = rows[0];
  row.replaceWith(...rows);
  first?.querySelector('a')?.focus();
}

const toggle = (row) => (row.getAttribute('aria-expanded') === 'true' ? close(row) : open(row));

function parentOf(row) {
  let before = row.previousElementSibling;
  while (before && levelOf(before) >= levelOf(row)) before = before.previousElementSibling;
  return before;
}

function onKey(event) {
  const row = event.target.closest('li');
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const focus = (other) => other?.querySelector('a')?.focus();
  const expanded = row.getAttribute('aria-expanded');
  const moves = {
    ArrowDown: () => focus(row.nextElementSibling),
    ArrowUp: () => focus(row.previousElementSibling),
    ArrowRight: () => (expanded === 'false' ? open(row) : expanded === 'true' && focus(row.nextElementSibling)),
    ArrowLeft: () => (expanded === 'true' ? close(row) : focus(parentOf(row))),
    Home: () => focus(row.parentElement.firstElementChild),
    End: () => focus(row.parentElement.lastElementChild),
  };
  if (moves[event.key]) {
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  }
}

export function startTree() {
  const tree = document.querySelector('.tree');
  if (!tree) return;
  tree.addEventListener('click', (event) => {
    const row = event.target.closest('li');
    if (event.target.closest('.twist')) {
      event.preventDefault();
      toggle(row);
    } else if (row?.dataset.more && event.target.closest('a')) {
      event.preventDefault();
      more(row).catch(() => location.assign(event.target.href));
    }
  });
  tree.addEventListener('keydown', onKey);
  const here = tree.querySelector('.here');
  if (here && here.offsetTop > tree.parentElement.clientHeight) here.scrollIntoView({block: 'center'});
}
