"use strict";(()=>{function s(){let e=document.createElement("pre");e.className="findings",e.setAttribute("role","alert");let n="",o=new EventSource("/-/events");o.onmessage=r=>{let t=JSON.parse(r.data);if(n||=t.version,t.problem!==""){e.textContent=`The specs have errors. These pages are from before.

${t.problem}`,document.body.prepend(e);return}e.remove(),t.version!==n&&location.reload()}}addEventListener("DOMContentLoaded",s);})();
