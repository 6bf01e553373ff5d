// The part of site.js that portspec serve adds: it reloads the page when it changes, and
// shows findings while there are errors.

interface State {
  version: string;
  problem: string;
}

function follow(): void {
  const banner = document.createElement("pre");
  banner.className = "findings";
  banner.setAttribute("role", "alert");
  let known = "";
  const events = new EventSource("/-/events");
  events.onmessage = (event: MessageEvent<string>) => {
    const state = JSON.parse(event.data) as State;
    known ||= state.version;
    if (state.problem !== "") {
      banner.textContent = `The specs have errors. These pages show their last state without errors.\n\n${state.problem}`;
      document.body.prepend(banner);
      return;
    }
    banner.remove();
    if (state.version !== known) location.reload();
  };
}

addEventListener("DOMContentLoaded", follow);
