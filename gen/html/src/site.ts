// What all pages have: a switch between light and dark.

import { h } from "./dom";

const key = "portspec-theme";
const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];

function stored(): Theme {
  try {
    return themes.find((t) => t === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system"; // storage is forbidden
  }
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

let theme = stored();
apply(theme);
const label = () => `Theme: ${theme}`;
const toggle = h("button", { type: "button", class: "theme", onclick: () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  apply(theme);
  toggle.textContent = label();
  try {
    localStorage.setItem(key, theme);
  } catch {
    // The choice lasts as long as the page.
  }
} }, label());
const add = () => document.querySelector("body > header")?.append(toggle);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", add);
else add();
