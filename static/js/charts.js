// <div data-chart="id" data-library="…">: draws the JSON of <script type="application/json" id="id">.
//
// {kind: "bar" | "line" | "stacked", unit, labels: [...], series: [{name, values: [number | null]}], marks: [{name, value}]}
// The table under the picture holds the same figures; once drawn, it folds away.

let loading;

function library(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

const COLOURS = ["#1d5aa6", "#c26a1b", "#17693a", "#7a1f3d", "#5b3aa6", "#0b6664"];
const number = (value) => (value === null || value === "" ? null : Number(value));
const chinese = document.documentElement.lang.startsWith("zh");

function short(value) {
  const size = Math.abs(value);
  if (chinese && size >= 1e8) return `${value / 1e8}亿`;
  if (chinese && size >= 1e4) return `${value / 1e4}万`;
  return value.toLocaleString(document.documentElement.lang);
}

function options(chart) {
  const text = { color: "#55606e", fontFamily: getComputedStyle(document.body).fontFamily };
  return {
    color: COLOURS,
    textStyle: text,
    animation: false,
    grid: { left: 8, right: 12, top: chart.series.length > 1 ? 34 : 14, bottom: 4, containLabel: true },
    legend: { type: "scroll", show: chart.series.length > 1, top: 0, left: 0, textStyle: text, itemWidth: 14 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      axisPointer: { type: chart.kind === "line" ? "line" : "shadow" },
      valueFormatter: (value) => (value === null || value === undefined || Number.isNaN(value)
        ? "—"
        : Number(value).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 })),
    },
    xAxis: { type: "category", data: chart.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: "#b9c2cc" } }, axisLabel: text },
    yAxis: { type: "value", minInterval: chart.is_count ? 1 : 0, axisLabel: { ...text, formatter: short }, splitLine: { lineStyle: { color: "#eceff3" } } },
    series: chart.series.map((line, index) => ({
      name: line.name,
      type: chart.kind === "line" ? "line" : "bar",
      stack: chart.kind === "stacked" ? "all" : undefined,
      barMaxWidth: 28,
      symbolSize: 6,
      data: line.values.map(number),
      markLine: index === 0 && chart.marks?.length ? {
        symbol: "none",
        silent: true,
        lineStyle: { color: "#7a1f3d", type: "dashed" },
        label: { formatter: "{b}", position: "insideEndTop", color: "#7a1f3d", backgroundColor: "rgba(255, 255, 255, 0.9)", padding: [2, 4] },
        data: chart.marks.map((mark) => ({ name: mark.name, yAxis: number(mark.value) })),
      } : undefined,
    })),
  };
}

async function draw(box) {
  const source = document.getElementById(box.dataset.chart);
  if (!source) return;
  try {
    await library(box.dataset.library);
  } catch {
    return; // the table stays open
  }
  box.hidden = false;
  const picture = window.echarts.init(box, null, { locale: chinese ? "ZH" : "EN" });
  picture.setOption(options(JSON.parse(source.textContent)));
  const figures = box.parentElement.querySelector(".chart-figures");
  if (figures) figures.open = false;
  new ResizeObserver(() => picture.resize()).observe(box);
  window.addEventListener("beforeprint", () => { if (figures) figures.open = true; });
}

const drawAll = (root) => root.querySelectorAll("[data-chart]:not([_echarts_instance_])").forEach(draw);
drawAll(document);
document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
