// Lists: arrows move from row to row, Enter opens, Space selects; the bar below says how many are selected.
import {isTyping} from './keys.js';

const rowsOf = (table) => [...table.tBodies[0].rows].filter((row) => row.querySelector('a[href]'));
const focusRow = (row) => row?.querySelector('a[href]')?.focus();

function watchSelection(form) {
  const picks = [...form.querySelectorAll('input.pick')];
  const all = form.querySelector('input.pick-all');
  const bar = form.querySelector('.pick-bar');
  const figure = form.querySelector('[data-picked]');
  let last = null;

  const tell = () => {
    const chosen = picks.filter((each) => each.checked).length;
    if (bar && bar.hasAttribute('data-quiet')) bar.hidden = chosen === 0;
    if (figure) figure.textContent = figure.dataset.picked.replace('{n}', chosen);
    if (all) {
      all.checked = chosen > 0 && chosen === picks.length;
      all.indeterminate = chosen > 0 && chosen < picks.length;
    }
  };
  if (all) {
    all.hidden = false;
    all.addEventListener('change', () => { for (const each of picks) each.checked = all.checked; tell(); });
  }
  form.addEventListener('click', (event) => {
    if (!event.target.matches('input.pick')) return;
    if (event.shiftKey && last) {
      const [from, to] = [picks.indexOf(last), picks.indexOf(event.target)].sort((a, b) => a - b);
      for (const each of picks.slice(from, to + 1)) each.checked = event.target.checked;
    }
    last = event.target;
    tell();
  });
  form.addEventListener('change', tell);
  tell();
}

function onKey(event) {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const table = event.target.closest('table.list') ?? document.querySelector('main table.list');
  if (!table || event.target.closest('.tree, .menu')) return;
  const rows = rowsOf(table);
  const row = event.target.closest('table.list tbody tr');
  const at = rows.indexOf(row);
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    focusRow(rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))]);
  } else if (event.key === ' ' && row && event.target.tagName === 'A') {
    event.preventDefault();
    row.querySelector('input.pick')?.click();
  } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
    document.querySelector(event.key === 'ArrowRight' ? 'a[rel=next]' : 'a[rel=prev]')?.click();
  }
}

export function startList() {
  for (const form of document.querySelectorAll('form[data-list]')) watchSelection(form);
  document.addEventListener('keydown', onKey);
}
