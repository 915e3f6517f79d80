// Filing: rows of a batch are dragged into order; printing from the page. Without scripts the arrows and the browser do it.

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

for (const form of document.querySelectorAll('form[data-filing]')) {
  const body = form.querySelector('tbody');
  if (!body) continue;
  let dragged = null;
  const order = () => [...body.rows].map((row) => row.dataset.uid).join(' ');
  const before = order();

  for (const row of body.rows) {
    row.draggable = true;
    row.addEventListener('dragstart', (event) => {
      dragged = row;
      row.classList.add('dragged');
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', row.dataset.uid);
    });
    row.addEventListener('dragend', () => {
      row.classList.remove('dragged');
      dragged = null;
      if (order() === before) return;
      form.elements.order.value = order();
      form.requestSubmit(form.querySelector('button[name=act][value=order]'));
    });
  }
  body.addEventListener('dragover', (event) => {
    const over = event.target.closest('tr');
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const middle = over.getBoundingClientRect().top + over.offsetHeight / 2;
    body.insertBefore(dragged, event.clientY < middle ? over : over.nextSibling);
  });
  body.addEventListener('drop', (event) => { if (dragged) event.preventDefault(); });
}
