/** `npm run setup`: installs what the tests and `npm start` need besides node_modules; does nothing when it is there. */
import { ensureChromium } from './lib/chromium.mjs';
import { main } from './lib/failure.mjs';
import { ensureWebVSCode } from './lib/webVSCode.mjs';

await main(async () => {
  await ensureWebVSCode();
  console.log(`The web VS Code is ready; the browser for it is ${await ensureChromium()}.`);
});
