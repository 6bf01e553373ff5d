"use strict";(()=>{function t(){const e=document.createElement("pre");e.className="problem",e.setAttribute("role","alert");let n=0;const o=new EventSource("/-/events");o.onmessage=r=>{const s=JSON.parse(r.data);s.problem!==""?(e.textContent=`The specs have errors; these are the last pages without.

${s.problem}`,document.body.prepend(e)):n!==0&&s.version!==n?location.reload():e.remove(),n=s.version}}t();})();
