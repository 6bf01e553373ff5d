// The part of site.js that portspec serve adds: it loads the page again when it changes, and
// shows findings while there are errors.

interface State {
  version: number;
  problem: string;
}

function follow(): void {
  const banner = document.createElement("pre");
  banner.className = "findings";
  banner.setAttribute("role", "alert");
  let known = 0;
  const events = new EventSource("/-/events");
  events.onmessage = (event: MessageEvent<string>) => {
    const state = JSON.parse(event.data) as State;
    if (state.problem !== "") {
      banner.textContent = `The specs have errors; these are the last pages without.\n\n${state.problem}`;
      document.body.prepend(banner);
    } else if (known !== 0 && state.version !== known) {
      location.reload();
    } else {
      banner.remove();
    }
    known = state.version;
  };
}

addEventListener("DOMContentLoaded", follow);
