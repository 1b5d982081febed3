/** The page: one HTML file without outside resources. Whatever is in a report gets into it as text only. */

const style = `
:root { color-scheme: light dark; --ok: #1a7f37; --warn: #9a6700; --bad: #cf222e; --dim: #6e7781; --card: #8881; }
@media (prefers-color-scheme: dark) { :root { --ok: #3fb950; --warn: #d29922; --bad: #f85149; --dim: #8b949e; } }
* { box-sizing: border-box; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 1.5rem; }
.ok { color: var(--ok); } .degraded { color: var(--warn); } .failed, .broken { color: var(--bad); } .dim { color: var(--dim); }
.path { display: flex; flex-wrap: wrap; gap: .4rem; margin: .3rem 0; }
.row { display: flex; flex-wrap: wrap; gap: 0 .6rem; margin: .3rem 0; overflow-wrap: anywhere; }
.leg { border: 2px solid currentColor; border-radius: .6rem; padding: .25rem .6rem; }
.card { background: var(--card); border-left: .3rem solid currentColor; border-radius: .3rem; padding: .5rem .8rem; margin: .6rem 0; }
.card p { margin: .2rem 0; color: CanvasText; } code, pre { font: .85rem/1.4 ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); padding: .6rem; border-radius: .3rem; }
svg { width: 100%; height: 5rem; background: var(--card); border-radius: .3rem; }
`;

const script = `
const el = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const classOf = { ok: "ok", degraded: "degraded", failed: "failed", "not reached": "dim", "not looked at": "dim" };
const fill = (id, nodes) => document.getElementById(id).replaceChildren(...nodes);
const backlog = [];
function plot() {
  const svg = document.getElementById("plot");
  const most = Math.max(1, ...backlog);
  const points = backlog.map((n, i) => (backlog.length < 2 ? 0 : i * 100 / (backlog.length - 1)) + "," + (38 - 36 * n / most)).join(" ");
  svg.querySelector("polyline").setAttribute("points", points);
}
function showBacklog(waiting) {
  backlog.push(waiting);
  if (backlog.length > 360) backlog.shift();
  document.getElementById("waiting").textContent = waiting + " files wait";
  plot();
}
function showFailures(list) {
  fill("failures", list.length === 0 ? [el("p", "ok", "None since diag began.")] : list.map((f) => {
    const row = el("div", "row");
    row.append(el("span", "dim", f.time.slice(0, 19) + "Z"), el("strong", "", [f.source, f.port, f.kind].filter(Boolean).join(" ")),
      el("span", "", f.text + (f.times > 1 ? " (" + f.times + " times)" : "")));
    return row;
  }));
}
function show(report) {
  const outcome = document.getElementById("outcome");
  outcome.textContent = { ok: "All is well", degraded: "Degraded", broken: "Broken" }[report.outcome];
  outcome.className = report.outcome;
  document.getElementById("about").textContent = [report.deviceUUID || "not onboarded", report.server, report.eveRelease, report.time]
    .filter(Boolean).join(" · ");
  const shown = ["link", "address", "gateway", "dns", "proxy", "tcp", "tls", "http", "envelope"];
  const legs = (port) => [el("span", "leg", port), ...report.layers.filter((l) => l.port === port && shown.includes(l.layer))
    .map((l) => { const leg = el("span", "leg " + classOf[l.state], l.layer); leg.title = l.state; return leg; }), el("span", "leg", "controller")];
  fill("path", report.ports.filter((p) => p.management).map((p) => { const row = el("div", "path"); row.append(...legs(p.name)); return row; }));
  fill("findings", report.findings.length === 0 ? [el("p", "ok", "No check has found anything.")] : report.findings.map((f) => {
    const card = el("div", "card " + (f.level === "ERROR" ? "broken" : "degraded"));
    card.append(el("strong", "", f.code + " " + (f.port ? f.port + ": " : "") + f.title), el("p", "", f.seen),
      el("p", "", "Likely cause: " + f.cause), el("p", "", "Remedy: " + f.remedy));
    return card;
  }));
  fill("ports", report.ports.map((p) => el("p", p.up ? "" : "dim", p.name + (p.up ? " up " : " down ") + (p.management ? "mgmt " : "app-shared ")
    + (p.cost ? "(cost " + p.cost + ") " : "") + p.addresses.join(", "))));
  fill("config", report.config.map((c) => el("p", { applied: "dim", pending: "degraded", refused: "broken" }[c.state] || "",
    c.section + ": " + c.state + ", desired " + (c.desired || "–") + ", applied " + (c.applied || "–") + (c.reason ? ", " + c.reason : ""))));
  showFailures(report.recentFailures);
  showBacklog(report.logs ? report.logs.waiting : 0);
  document.getElementById("text").textContent = report.report.map((l) => l.level + ": " + l.text).join("\\n");
}
const source = new EventSource("/events" + location.search);
source.onmessage = (event) => show(JSON.parse(event.data));
source.addEventListener("backlog", (event) => showBacklog(Number(event.data)));
source.addEventListener("failures", (event) => showFailures(JSON.parse(event.data)));
source.onerror = () => { document.getElementById("about").textContent = "diag does not answer; the page tries again"; };
`;

/** See the head of this file. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>diag</title>
<style>${style}</style>
</head>
<body>
<h1>diag: <span id="outcome">…</span></h1>
<p id="about" class="dim">no report yet</p>
<h2>Path to the controller</h2><div id="path"></div>
<h2>Checks</h2><div id="findings"></div>
<h2>Ports</h2><div id="ports"></div>
<h2>Configuration, by section</h2><div id="config"></div>
<h2>Log backlog: <span id="waiting"></span></h2>
<svg id="plot" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="log files that wait, over time">
<polyline fill="none" stroke="currentColor" stroke-width="1" vector-effect="non-scaling-stroke" points=""/></svg>
<h2>Recent failures</h2><div id="failures"></div>
<h2>Report</h2><pre id="text"></pre>
<p class="dim"><a href="/report.txt">report.txt</a> <a href="/report.json">report.json</a> <a href="/metrics">metrics</a></p>
<script>${script}</script>
</body>
</html>
`;
