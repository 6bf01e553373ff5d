"use strict";(()=>{function r(){let e=document.createElement("pre");e.className="findings",e.setAttribute("role","alert");let n=0,s=new EventSource("/-/events");s.onmessage=o=>{let t=JSON.parse(o.data);t.problem!==""?(e.textContent=`The specs have errors; these are the last pages without.

${t.problem}`,document.body.prepend(e)):n!==0&&t.version!==n?location.reload():e.remove(),n=t.version}}addEventListener("DOMContentLoaded",r);})();
