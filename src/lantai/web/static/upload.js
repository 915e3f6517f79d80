// Files and whole folders, dropped or chosen: several at a time, each with its progress and its outcome.
// The server decides everything; one request makes one item, so that what one line says is true of one file.
const AT_ONCE = 3;

// A folder entry gives its children in portions until it gives none.
async function readFolder(entry) {
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const portion = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!portion.length) return found;
    found.push(...portion);
  }
}

async function* filesIn(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    yield {file, path: path + file.name};
  } else if (entry.isDirectory) {
    for (const child of await readFolder(entry)) yield* filesIn(child, `${path}${entry.name}/`);
  }
}

async function dropped(transfer) {
  // The list of a drop is emptied as soon as this turn ends: the entries are taken first, and read afterwards.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({file, path: file.name}));
  const found = [];
  for (const entry of entries) for await (const each of filesIn(entry, '')) found.push(each);
  return found;
}

class Uploads {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.list = document.getElementById(form.dataset.list);
    this.summary = document.getElementById(form.dataset.summary);
    this.waiting = [];
    this.running = 0;
    this.done = 0;
    this.failed = 0;
    window.addEventListener('beforeunload', (event) => { if (this.running) event.preventDefault(); });
  }

  add(files) {
    for (const each of files) {
      const line = document.createElement('li');
      const name = document.createElement('bdi');
      name.textContent = each.path;
      const bar = document.createElement('progress');
      bar.max = 1;
      bar.value = 0;
      const outcome = document.createElement('span');
      outcome.className = 'muted';
      outcome.textContent = this.words.waiting;
      line.append(name, bar, outcome);
      this.list.append(line);
      this.waiting.push({...each, line, name, bar, outcome});
    }
    this.next();
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
    this.tell();
  }

  tell() {
    const left = this.waiting.length + this.running;
    const text = this.words.sum.replace('{done}', this.done).replace('{failed}', this.failed).replace('{left}', left);
    this.summary.textContent = this.done + this.failed + left ? text : '';
    const onward = document.getElementById(this.words.onward);
    if (onward) onward.hidden = left > 0 || !this.done;
  }

  send(upload) {
    this.running += 1;
    const request = new XMLHttpRequest(); // fetch does not tell how much of a body has gone out
    const query = new URLSearchParams({path: upload.path, modified: upload.file.lastModified});
    request.open('POST', `${this.words.one}?${query}`);
    request.setRequestHeader('X-CSRF-Token', document.querySelector('meta[name=csrf-token]').content);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) upload.bar.value = event.loaded / event.total;
      upload.outcome.textContent = event.loaded < event.total ? this.words.sending : this.words.storing;
    };
    request.onload = () => this.finish(upload, request);
    request.onerror = () => this.finish(upload, null);
    request.send(upload.file);
  }

  finish(upload, request) {
    this.running -= 1;
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* not ours: the words below say what happened */ }
    if (request && request.status >= 200 && request.status < 300) this.succeed(upload, answer);
    else this.fail(upload, answer.detail || answer.title || (request?.status === 413 ? this.words.large : this.words.lost));
    this.next();
  }

  succeed(upload, answer) {
    this.done += 1;
    upload.bar.value = 1;
    upload.outcome.className = 'ok';
    upload.outcome.textContent = answer.outcome ?? this.words.stored;
    if (answer.url) {
      const link = document.createElement('a');
      link.href = answer.url;
      upload.name.replaceWith(link);
      link.append(upload.name);
    }
  }

  fail(upload, reason) {
    this.failed += 1;
    upload.bar.removeAttribute('value');
    upload.bar.hidden = true;
    upload.outcome.className = 'bad';
    upload.outcome.textContent = `${reason} `;
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'plain';
    again.textContent = this.words.retry;
    again.addEventListener('click', () => {
      this.failed -= 1;
      upload.bar.hidden = false;
      upload.bar.value = 0;
      upload.outcome.className = 'muted';
      upload.outcome.textContent = this.words.waiting;
      this.waiting.push(upload);
      this.next();
    });
    upload.outcome.append(again);
  }
}

export function startUpload() {
  const form = document.querySelector('form[data-one]');
  if (!form) return;
  const uploads = new Uploads(form);
  form.classList.add('scripted');
  const zone = form.querySelector('.drop');
  for (const input of form.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', () => {
      uploads.add([...input.files].map((file) => ({file, path: file.webkitRelativePath || file.name})));
      input.value = '';
    });
  }
  for (const each of form.querySelectorAll('[data-script]')) each.hidden = false;
  for (const each of form.querySelectorAll('[data-plain]')) each.hidden = true;
  // The whole window takes the drop, so that nothing depends on hitting a frame; a file let go never replaces the page.
  let depth = 0;
  const over = (by) => { depth = Math.max(0, depth + by); zone.classList.toggle('over', depth > 0); };
  window.addEventListener('dragenter', (event) => { event.preventDefault(); over(1); });
  window.addEventListener('dragleave', () => over(-1));
  window.addEventListener('dragover', (event) => event.preventDefault());
  window.addEventListener('drop', async (event) => {
    event.preventDefault();
    depth = 0;
    over(0);
    uploads.add(await dropped(event.dataTransfer));
  });
}
