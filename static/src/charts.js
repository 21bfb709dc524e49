// Draws the tables of a page as charts. What is drawn stands in the table below it, and a bar leads where its number leads.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

// Told apart in grey and by those who see no red or green.
const COLOURS = ["#1f5fa8", "#e08a1e", "#3d8f8a", "#a8476b", "#7a6bb0", "#8a8f2f", "#5b6b7a", "#c2643c", "#2f7d4f", "#9a7b4f", "#4a90c2"];
const INK = "#1d2733";
const NARROW = 420;

function read(panel) {
  const table = panel.querySelector("table");
  const drawn = Number(panel.dataset.drawn);
  const heads = [...table.tHead.rows[0].cells].slice(1, drawn + 1).map((cell) => cell.dataset.label);
  const lines = [...table.tBodies[0].rows].map((row) => ({
    label: row.cells[0].dataset.label,
    cells: [...row.cells].slice(1, drawn + 1).map((cell) => ({
      value: cell.dataset.value === "" ? null : Number(cell.dataset.value),
      text: cell.dataset.text,
      url: cell.querySelector("a")?.href || "",
    })),
  }));
  return { heads, lines, unit: panel.dataset.unit };
}

// The tooltip is drawn on the canvas too: a page of ours takes no inline styles.
const tooltip = { renderMode: "richText", confine: true };
const textStyle = { color: INK, fontSize: 13, fontFamily: getComputedStyle(document.body).fontFamily };

function ring({ lines, unit }, narrow) {
  const parts = lines.filter((line) => line.cells[0].value);
  const shown = Object.fromEntries(parts.map((line) => [line.label, `${line.label} ${line.cells[0].text}${unit}`]));
  return {
    tooltip: { ...tooltip, trigger: "item", formatter: (at) => `${at.name}：${at.data.text}${unit}（${at.percent}%）` },
    legend: narrow ? { bottom: 0, textStyle, formatter: (name) => shown[name] } : undefined,
    series: [{
      type: "pie", radius: ["42%", "70%"], center: ["50%", narrow ? "36%" : "50%"],
      label: narrow ? { show: false } : { formatter: (at) => `${shown[at.name]}\n${at.percent}%`, ...textStyle },
      data: parts.map((line) => ({ name: line.label, ...line.cells[0] })),
    }],
  };
}

function bars({ heads, lines, unit }, { stacked, line, lying }) {
  const names = { type: "category", data: lines.map((each) => each.label), axisLabel: { ...textStyle, interval: 0, hideOverlap: !lying } };
  const values = { type: "value", name: lying ? "" : unit, nameTextStyle: textStyle, axisLabel: textStyle, minInterval: unit === "万元" ? 0 : 1 };
  return {
    tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: line ? "line" : "shadow" } },
    legend: heads.length > 1 ? { type: "scroll", bottom: 0, textStyle } : undefined,
    grid: { left: 8, right: 24, top: lying ? 8 : 32, bottom: heads.length > 1 ? 32 : 8, containLabel: true },
    xAxis: lying ? values : names,
    yAxis: lying ? { ...names, inverse: true } : values,
    series: heads.map((name, at) => ({
      name, type: line ? "line" : "bar", stack: stacked ? "all" : undefined, barMaxWidth: 36,
      data: lines.map((each) => each.cells[at]),
      label: heads.length === 1 && !line ? { show: true, position: lying ? "right" : "top", formatter: (shown) => shown.data.text, ...textStyle } : undefined,
    })),
  };
}

// Roughly how wide the names of a chart are beside each other.
const widthOf = (lines) => lines.reduce((sum, line) => sum + line.label.length * textStyle.fontSize + 8, 0);

function options(panel, data, width) {
  const shape = panel.dataset.chart;
  // Long names, or many, lie: each keeps its line.
  const long = data.lines.length > 8 || data.lines.some((line) => line.label.length > 6) || widthOf(data.lines) > width - 60;
  const lying = shape !== "line" && long;
  const made = shape === "ring" ? ring(data, width < NARROW) : bars(data, { stacked: shape === "stack", line: shape === "line", lying });
  return { color: COLOURS, animation: false, textStyle, aria: { enabled: true, decal: { show: false } }, ...made };
}

function draw(panel) {
  const data = read(panel);
  if (!data.lines.some((line) => line.cells.some((cell) => cell.value))) return;
  const holder = panel.querySelector("[data-canvas]");
  holder.hidden = false;
  if (data.lines.length > 12) {
    holder.classList.add("chart--tall");
    panel.classList.add("panel--tall");
  }
  const chart = echarts.init(holder);
  chart.setOption(options(panel, data, holder.clientWidth));
  chart.on("click", (at) => {
    if (at.data && at.data.url) window.location.assign(at.data.url);
  });
  const numbers = panel.querySelector("details");
  if (numbers && !document.body.classList.contains("screen")) numbers.open = false;
  window.addEventListener("resize", () => chart.resize());
  // On paper the numbers stand below the chart, which the style sheet scales: a canvas drawn anew would have no height there.
  if (!numbers) return;
  window.addEventListener("beforeprint", () => (numbers.open = true));
  window.addEventListener("afterprint", () => (numbers.open = false));
}

for (const panel of document.querySelectorAll("[data-chart]")) draw(panel);
