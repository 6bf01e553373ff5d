// Drives Debian's Chromium for browser.go: each line of standard input is a command
// in JSON, and is answered by a line on standard output. The browser ends when
// standard input does.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { setTimeout as after } from "node:timers/promises";
import puppeteer from "puppeteer-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = new Map();
let browser;
let ended; // resolves to how the browser ended

const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

async function launch() {
  browser = await puppeteer.launch({
    executablePath: process.argv[2],
    // Tests run as root in containers, where Chromium's sandbox does not start, and where
    // /dev/shm is often too small for it. A page's memory is measured after a collection.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--js-flags=--expose-gc"],
  });
  const chromium = browser.process();
  let last = "";
  chromium.stderr.on("data", (text) => (last = (last + text).slice(-2000)));
  ended = event(browser, "disconnected").then(async () => {
    if (chromium.exitCode === null && chromium.signalCode === null) await Promise.race([event(chromium, "exit"), after(5_000)]);
    return `Chromium ended (${chromium.signalCode ?? chromium.exitCode ?? "it still runs, but does not answer"})\n${last}`;
  });
}

const commands = {
  async open({ page: id, width = 1280, height = 800, dark = false, scripts = true }) {
    const page = await browser.newPage();
    const faults = [];
    const lost = Promise.race([ended, event(page, "error").then((e) => e.message)]);
    pages.set(id, { page, faults, lost });
    page.setDefaultTimeout(60_000);
    page.on("console", (m) => ["error", "warn"].includes(m.type()) && faults.push(`${m.type()}: ${m.text()}`));
    page.on("pageerror", (e) => faults.push(`exception: ${e.message}`));
    page.on("dialog", async (d) => {
      faults.push(`${d.type()} dialog: ${d.message()}`);
      await d.dismiss();
    });
    page.on("request", (r) => {
      const home = pages.get(id)?.home; // a page that is closed may still ask
      if (home && ![home, "blob:", "data:"].some((start) => r.url().startsWith(start))) faults.push(`request to ${r.url()}`);
    });
    await page.setJavaScriptEnabled(scripts);
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  },
  async go({ page: id, url, home }) {
    pages.get(id).home = home;
    await pages.get(id).page.goto(url, { waitUntil: "load" });
  },
  evaluate: ({ page: id, code }) => pages.get(id).page.evaluate(code),
  async click({ page: id, selector }) {
    const { page } = pages.get(id);
    await page.waitForSelector(selector, { visible: true, timeout: 10_000 }); // pages fill boxes when they open
    await page.click(selector);
  },
  async follow({ page: id, selector }) {
    const { page } = pages.get(id);
    await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
  },
  type: ({ page: id, text }) => pages.get(id).page.keyboard.type(text),
  press: ({ page: id, key }) => pages.get(id).page.keyboard.press(key),
  back: async ({ page: id }) => void (await pages.get(id).page.goBack({ waitUntil: [] })),
  media: async ({ page: id, print }) => void (await pages.get(id).page.emulateMediaType(print ? "print" : null)),
  screenshot: async ({ page: id, file, full }) => void (await pages.get(id).page.screenshot({ path: file, fullPage: full })),
  pdf: async ({ page: id, file }) => void (await pages.get(id).page.pdf({ path: file, format: "A4", printBackground: true })),
  metrics: ({ page: id }) => pages.get(id).page.metrics(),
  async axe({ page: id }) {
    const { page } = pages.get(id);
    if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe);
    // Only violations, since people have to judge what axe cannot decide.
    const { violations } = await page.evaluate(`axe.run(document, { resultTypes: ["violations"], preload: false })`);
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 200)}`));
  },
  // Clicks an element that downloads a file, and waits until the file is in a folder.
  async download({ page: id, selector, dir }) {
    const { page } = pages.get(id);
    const cdp = await page.createCDPSession();
    await cdp.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: dir, eventsEnabled: true });
    let name;
    const done = new Promise((resolve, reject) => {
      cdp.on("Browser.downloadWillBegin", (e) => (name = e.suggestedFilename));
      cdp.on("Browser.downloadProgress", (e) => e.state === "completed" ? resolve() : e.state === "canceled" && reject(new Error("the download was cancelled")));
    });
    await page.click(selector);
    await done;
    await cdp.detach();
    return name;
  },
  async crash({ page: id, browser: all }) {
    if (all) return void browser.process().kill("SIGKILL");
    const cdp = await pages.get(id).page.createCDPSession();
    await cdp.send("Page.crash");
  },
  faults: ({ page: id }) => pages.get(id).faults.splice(0),
  async close({ page: id }) {
    const { page, faults } = pages.get(id);
    pages.delete(id);
    await page.close();
    return faults;
  },
};

// answer executes a command. The answer has the command's value or the error that it failed
// with or, if the page no longer exists because it or the browser crashed, how that ended.
async function answer(command) {
  if (command.do === "open") {
    pages.delete(command.page); // which may have been lost
    if (!browser?.connected) await launch();
  }
  const lost = (pages.get(command.page)?.lost ?? ended).then((lost) => ({ lost }));
  const done = Promise.resolve(command).then(commands[command.do]).then((value = null) => ({ value }), (e) => ({ error: String(e.message ?? e) }));
  const first = await Promise.race([done, lost]);
  // What a crash interrupts may fail a moment before the crash is known.
  return first.error === undefined ? first : Promise.race([lost, after(1_000, first)]);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
}
await browser?.close();
