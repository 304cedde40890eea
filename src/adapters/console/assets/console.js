// Keeps a page up to date. Without it, to load the page again does the same.
'use strict';

(() => {
  const TAIL = 256 * 1024; // characters of a log's end that stay in the page, and as many again
  const [SOONEST, LATEST] = [1000, 30000]; // milliseconds until it is tried again
  const byId = (id) => document.getElementById(id);
  const page = byId('page');
  const skew = Date.parse(document.body.dataset.now) - Date.now(); // its clock against ours

  // What passes by itself: ages, and how long something has been going on.

  const seconds = (text) => Math.max(0, Math.floor((Date.now() + skew - Date.parse(text)) / 1000));

  const age = (text) => {
    const past = seconds(text);
    const [unit, size] = [['d', 86400], ['h', 3600], ['m', 60]].find(([, n]) => past >= n) || ['s', 1];
    return `${Math.floor(past / size)}${unit}`;
  };

  const lasting = (text) => {
    const past = seconds(text);
    const [h, m, s] = [Math.floor(past / 3600), Math.floor(past / 60) % 60, past % 60];
    return (h ? `${h}h${m}m` : m ? `${m}m` : '') + `${s}s`;
  };

  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const tick = () => {
    for (const each of page.querySelectorAll('[data-age]')) put(each, age(each.dateTime));
    for (const each of page.querySelectorAll('[data-since]')) put(each, lasting(each.dataset.since));
  };

  // What the service tells: the same HTML that it would give to a page that is loaded.

  const phases = (root) =>
    new Map([...root.querySelectorAll('[data-phase]')].map((each) => [each.id, each]));

  const show = (html) => {
    const fresh = document.createElement('template');
    fresh.innerHTML = html;
    const before = phases(page);
    const focused = page.contains(document.activeElement) ? document.activeElement.id : '';
    const left = [...page.querySelectorAll('.sheet')].map((each) => each.scrollLeft);
    const news = [];
    for (const [id, each] of phases(fresh.content)) {
      const old = before.get(id);
      if (before.size && old?.dataset.phase !== each.dataset.phase) {
        each.classList.add('changed');
        news.push(`${each.dataset.name}: ${each.dataset.phase}`);
      }
    }
    page.replaceChildren(fresh.content);
    [...page.querySelectorAll('.sheet')].forEach((each, at) => (each.scrollLeft = left[at] || 0));
    if (focused) byId(focused)?.focus({ preventScroll: true });
    if (news.length) byId('said').textContent = news.slice(0, 3).join('. ');
    tick();
  };

  const log = (told) => {
    const [box, begin, end] = [byId('log'), byId('log-begin'), byId('log-end')];
    if (!box) {
      location.reload(); // the page was loaded before its build was known
      return;
    }
    const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    if (told.afresh) {
      begin.replaceChildren();
      end.replaceChildren();
    }
    if (told.head) begin.append(told.head);
    if (told.tail) end.append(told.tail);
    let kept = [...end.childNodes].reduce((sum, node) => sum + node.length, 0);
    while (kept > 2 * TAIL && end.childNodes.length > 1) {
      kept -= end.firstChild.length;
      end.firstChild.remove();
    }
    byId('log-omitted').textContent = told.omitted;
    byId('log-gap').hidden = !told.omitted;
    byId('log-note').textContent = told.note;
    byId('log-note').hidden = !told.note;
    byId('log-state').textContent = told.ended ? '' : 'being written';
    if (follows) box.scrollTop = box.scrollHeight;
  };

  // The stream: one a page, none while nobody looks at it.

  let source = null;
  let timer = 0;
  let pause = SOONEST;

  const state = (name, word) => {
    byId('live').dataset.state = name;
    put(byId('live-word'), word);
  };

  const leave = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const follow = () => {
    leave();
    source = new EventSource(location.pathname + location.search);
    source.onopen = () => {
      pause = SOONEST;
      state('on', 'live');
    };
    source.onerror = () => {
      leave();
      state('wait', 'reconnecting…');
      timer = setTimeout(follow, pause);
      pause = Math.min(LATEST, pause * 2);
    };
    source.addEventListener('page', (event) => show(event.data));
    source.addEventListener('log', (event) => log(JSON.parse(event.data)));
    source.addEventListener('letters', (event) => put(byId('letters'), event.data));
  };

  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : follow()));
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', (event) => event.persisted && follow());

  // Keys: j and k go through the rows, / to what is looked for.

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = document.activeElement;
    if (at?.matches('input')) {
      if (event.key === 'Escape') at.blur();
      return;
    }
    const rows = [...page.querySelectorAll('[data-row]')];
    const step = { j: 1, k: -1 }[event.key];
    if (step && rows.length) {
      const here = rows.findIndex((each) => each.closest('tr').contains(at));
      const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
      rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
    } else if (event.key === '/' && byId('q')) {
      byId('q').focus();
      byId('q').select();
    } else {
      return;
    }
    event.preventDefault();
  });

  setInterval(tick, 1000);
  const box = byId('log');
  if (box) box.scrollTop = box.scrollHeight;
  if (!document.hidden) follow();
})();
