"use strict";(()=>{function r(){let e=document.createElement("pre");e.className="findings",e.setAttribute("role","alert");let n="",s=new EventSource("/-/events");s.onmessage=o=>{let t=JSON.parse(o.data);if(n||=t.version,t.problem!==""){e.textContent=`The specs have errors. These pages show their last state without errors.

${t.problem}`,document.body.prepend(e);return}e.remove(),t.version!==n&&location.reload()}}addEventListener("DOMContentLoaded",r);})();
