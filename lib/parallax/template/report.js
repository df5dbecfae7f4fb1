/* Sorts and filters tables, and filters the list of sentences. Without it the pages read as before. */
(() => {
  'use strict';
  const LONG = 12;  // rows from which on a table has a filter
  const order = new Intl.Collator('en', {numeric: true}).compare;
  const plain = text => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

  function make(tag, values, ...children) {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  }

  /* A number is compared as a number; what is missing is NaN. */
  function number(text) {
    const bare = text.trim().replace(/[,%\s]/g, '').replace('\u2212', '-');
    return bare === '' || bare === '\u2013' ? NaN : Number(bare);
  }

  function sorted(rows, column, down) {
    const texts = new Map(rows.map(row => [row, row.cells[column] ? row.cells[column].textContent.trim() : '']));
    const missing = text => text === '' || text === '\u2013';
    const numbers = [...texts.values()].every(text => missing(text) || !Number.isNaN(number(text)));
    const compare = numbers ? (a, b) => number(a) - number(b) : order;
    return [...rows].sort((one, other) => {  // stable; what is missing comes last, whichever way
      const [a, b] = [texts.get(one), texts.get(other)];
      return missing(a) || missing(b) ? missing(a) - missing(b) : compare(a, b) * (down ? -1 : 1);
    });
  }

  /* One click sorts up, the next down, the third brings back the order of the page. */
  function sortable(table, rows) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = make('button', {type: 'button', className: 'px-sort'}, ...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const next = {null: 'ascending', ascending: 'descending', descending: null}[head.getAttribute('aria-sort')];
        heads.forEach(other => other.removeAttribute('aria-sort'));
        if (next) head.setAttribute('aria-sort', next);
        table.tBodies[0].append(...(next ? sorted(rows, column, next === 'descending') : rows));
      });
    });
  }

  /* Return a line to type words in, of which `tell` says what they leave. */
  function filter(label, tell, ...more) {
    const field = make('input', {type: 'search'});
    const said = make('output', {});
    const show = () => { said.textContent = tell(plain(field.value).split(/\s+/).filter(Boolean)); };
    const line = make('div', {className: 'px-filter'}, make('label', {}, `${label} `, field), ...more, said);
    line.addEventListener('input', show);
    show();
    return {line, clear() { field.value = ''; show(); }};
  }

  function keep(items, fits) {
    let kept = 0;
    for (const [item, text] of items) {
      item.hidden = !fits(text, item);
      kept += !item.hidden;
    }
    return kept;
  }

  for (const table of document.querySelectorAll('main .scroll > table')) {
    const rows = table.tBodies.length === 1 ? [...table.tBodies[0].rows] : [];
    if (rows.length < 2 || table.tHead?.rows.length !== 1 || table.querySelector('[rowspan], [colspan]')) continue;
    sortable(table, rows);
    if (rows.length <= LONG) continue;
    const items = rows.map(row => [row, plain(row.textContent)]);
    const {line} = filter('Filter rows', words => {
      const kept = keep(items, text => words.every(word => text.includes(word)));
      return `${kept} of ${rows.length} rows`;
    });
    table.parentElement.before(line);
  }

  const documents = [...document.querySelectorAll('.px-document')];
  if (documents.length) {
    const items = documents.flatMap(part => [...part.querySelectorAll('.px-sentences > li')]).map(
      item => [item, plain(item.textContent)]);
    const sources = [...new Set(documents.map(part => part.dataset.source))];
    const choice = make('select', {}, make('option', {value: '', textContent: 'all'}),
      ...sources.map(source => make('option', {value: `=${source}`, textContent: source})));
    const {line, clear} = filter('Filter sentences', words => {
      const wanted = choice.value.slice(1);
      const here = part => !choice.value || part.dataset.source === wanted;
      const kept = keep(items, (text, item) => here(item.closest('.px-document')) &&
        words.every(word => text.includes(word)));
      const any = words.length > 0;
      documents.forEach(part => { part.hidden = !here(part) || any && !part.querySelector('li:not([hidden])'); });
      return `${kept} of ${items.length} sentences on this page`;
    }, make('label', {}, 'Source ', choice));
    documents[0].before(line);
    addEventListener('hashchange', () => {  // a link leads to a sentence that the filter hides
      const target = document.getElementById(location.hash.slice(1));
      if (!target?.closest('[hidden]')) return;
      choice.value = '';
      clear();
      target.scrollIntoView();
    });
  }
})();
