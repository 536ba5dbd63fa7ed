// Scores a text with perspective-api-client. It names Google's address in its code: an interceptor sends its requests
// to ours, and nothing else about them is touched.
const axios = require('axios');
const Perspective = require('perspective-api-client');

const [address, apiKey, text, options] = process.argv.slice(2);
axios.interceptors.request.use(config => {
  config.url = config.url.replace('https://commentanalyzer.googleapis.com', address);
  return config;
});
new Perspective({apiKey}).analyze(text, JSON.parse(options)).then(
  answer => console.log(JSON.stringify({answer})),
  error => console.log(JSON.stringify({error: error.name, message: error.message}))
);
