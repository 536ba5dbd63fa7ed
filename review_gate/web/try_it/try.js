// Lists the operations of /openapi.json, each with a form. Everything goes to this server alone.
const french = navigator.language.startsWith('fr');
const WORDS = french
  ? {key: "Clé d'API", body: 'Corps', send: 'Envoyer', answers: 'Réponses', failed: "Pas de réponse : "}
  : {key: 'API key', body: 'Body', send: 'Send', answers: 'Answers', failed: 'No answer: '};
const EXAMPLES = {
  check: {text: 'Your parcel arrives on Friday.', bot: 'faq', conversation: 'c-812'},
  submit: {text: 'We open at ten tomorrow.', kind: 'post', channel: 'x', market: 'FR'},
  revise: {text: 'We open at nine tomorrow.'},
  verify: {token: '…', text: 'We open at ten tomorrow.', channel: 'x', use: false},
  pause_bot: {why: 'Looking into its answers'},
  resume_bot: {why: 'It is right again'},
  allow_repeat: {text: 'We are open from ten to six.'},
  moderations: {input: 'Good morning'},
  analyze: {comment: {text: 'Good morning to you'}, requestedAttributes: {TOXICITY: {}}},
  suggestscore: {comment: {text: 'Good morning'}, attributeScores: {TOXICITY: {summaryScore: {value: 0}}}},
};

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function form(path, method, operation) {
  const inputs = (operation.parameters || []).map(parameter => ({parameter, input: element('input', {})}));
  const body = operation.requestBody
    && element('textarea', {value: JSON.stringify(EXAMPLES[operation.operationId] || {}, null, 2)});
  const answer = element('pre', {ariaLive: 'polite', hidden: true});
  const made = element('form', {},
    ...inputs.map(({parameter, input}) => element('label', {}, `${parameter.name} (${parameter.description})`, input)),
    ...(body ? [element('label', {}, WORDS.body, body)] : []),
    element('button', {}, WORDS.send),
    answer);
  made.addEventListener('submit', async event => {
    event.preventDefault();
    answer.hidden = false;
    answer.textContent = '…';
    answer.textContent = await send(path, method, operation, inputs, body && body.value)
      .catch(error => WORDS.failed + error.message);
  });
  return made;
}

async function send(path, method, operation, inputs, body) {
  const key = document.getElementById('key').value.trim();
  const query = new URLSearchParams();
  const headers = {};
  const security = Object.keys(operation.security[0] || {})[0];
  if (key && security === 'key') headers.Authorization = `Bearer ${key}`;
  if (key && security === 'perspective') query.set('key', key);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let address = path;
  for (const {parameter, input} of inputs) {
    if (!input.value) continue;
    if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (parameter.in === 'header') headers[parameter.name] = input.value;
    else query.set(parameter.name, input.value);
  }
  const asked = query.size ? `${address}?${query}` : address;
  const response = await fetch(asked, {method: method.toUpperCase(), headers, body});
  const text = await response.text();
  const told = (response.headers.get('Content-Type') || '').includes('json')
    ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return `${response.status} ${response.statusText}\n\n${told}`;
}

async function show() {
  document.documentElement.lang = french ? 'fr' : 'en';
  document.getElementById('key-label').textContent = WORDS.key;
  const api = await (await fetch('/openapi.json')).json();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const answers = Object.entries(operation.responses).map(([status, what]) => `${status} ${what.description}`);
      document.getElementById('operations').append(element('details', {},
        element('summary', {}, element('span', {className: 'method'}, method), ' ', element('code', {}, path),
          ` ${operation.summary}`),
        element('p', {}, operation.description),
        form(path, method, operation),
        element('p', {}, `${WORDS.answers}: ${answers.join(' · ')}`)));
    }
  }
}

show();
