"use strict";(()=>{function r(){let e=document.createElement("pre");e.className="findings",e.setAttribute("role","alert");let n="",o=new EventSource("/-/events");o.onmessage=s=>{let t=JSON.parse(s.data);if(n||=t.version,t.problem!==""){e.textContent=`The specs have errors; these are the last pages without.

${t.problem}`,document.body.prepend(e);return}e.remove(),t.version!==n&&location.reload()}}addEventListener("DOMContentLoaded",r);})();
