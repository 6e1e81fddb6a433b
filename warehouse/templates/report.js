"use strict";
// Draws each chart from the rows of its own table; the page works without it, the tables say the same.
(function () {
  const data = JSON.parse(document.getElementById("charts").textContent);
  const palette = ["#1f4e79", "#c79a3b", "#b8693d", "#3f7f5f", "#8fa9c2", "#9c3d3d", "#7a6c9d", "#5d6875"];
  const tones = { "可进入评审": "#3f7f5f", "待人工审核": "#c79a3b", "材料不全": "#b8693d", "不符合条件": "#9c3d3d", "无法回溯": "#b9c1ca" };
  const font = getComputedStyle(document.body).fontFamily;
  const charts = [];
  window.reportCharts = { drawn: 0, expected: data.length, errors: [] };

  function base(chart) {
    return {
      animation: false, color: palette, textStyle: { fontFamily: font },
      aria: { enabled: true, label: { description: chart.title } },
      tooltip: { trigger: chart.kind === "funnel" || chart.kind === "heat" ? "item" : "axis", axisPointer: { type: "shadow" }, confine: true },
      grid: { left: 8, right: 26, top: chart.kind === "line" ? 46 : chart.series.length > 1 ? 34 : 12, bottom: 8, containLabel: true },
    };
  }
  function legend(chart) {
    return chart.series.length > 1 ? { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: { fontSize: 12 } } : undefined;
  }
  const short = (words) => (words.length > 22 ? words.slice(0, 21) + "…" : words);
  function bars(chart) {
    return Object.assign(base(chart), {
      legend: legend(chart),
      xAxis: { type: "value", splitLine: { lineStyle: { color: "#eceff2" } }, axisLabel: { fontSize: 11 } },
      yAxis: { type: "category", inverse: true, data: chart.labels, axisTick: { show: false }, axisLabel: { fontSize: 12, formatter: short, interval: 0 } },
      series: chart.series.map((one) => ({
        name: one.name, type: "bar", stack: chart.kind === "stack" ? "all" : undefined, data: one.values, barMaxWidth: 18,
        itemStyle: tones[one.name] ? { color: tones[one.name] } : undefined,
        label: chart.kind === "bar" ? { show: true, position: "right", fontSize: 11, color: "#5d6875" } : undefined,
      })),
    });
  }
  function lines(chart) {
    const marks = chart.mark && chart.labels.includes(chart.mark)
      ? { symbol: "none", silent: true, lineStyle: { color: "#9c3d3d" }, label: { formatter: "截止日", color: "#9c3d3d", position: "end", fontSize: 11 }, data: [{ xAxis: chart.mark }] }
      : undefined;
    return Object.assign(base(chart), {
      legend: legend(chart),
      xAxis: { type: "category", data: chart.labels, axisLabel: { fontSize: 11, hideOverlap: true } },
      yAxis: chart.series.map((one, at) => ({ type: "value", splitLine: { show: at === 0, lineStyle: { color: "#eceff2" } }, axisLabel: { fontSize: 11 } })).slice(0, chart.second ? 2 : 1),
      series: chart.series.map((one, at) => ({
        name: one.name, type: at === 0 ? "bar" : "line", data: one.values, showSymbol: false, yAxisIndex: chart.second && at > 0 ? 1 : 0,
        barMaxWidth: 18, markLine: at === 0 ? marks : undefined,
      })),
    });
  }
  function funnel(chart) {
    return Object.assign(base(chart), {
      series: [{
        type: "funnel", sort: "none", left: "8%", right: "8%", top: 6, bottom: 6, gap: 3, minSize: "4%", label: { position: "inside", formatter: "{b} {c}", color: "#fff" }, itemStyle: { borderWidth: 0 }, color: ["#16395a", "#1f4e79", "#2d6396", "#38709f", "#4a80ac"],
        data: chart.labels.map((name, at) => ({ name: name, value: chart.series[0].values[at] })),
      }],
    });
  }
  function heat(chart) {
    const most = Math.max(1, ...chart.cells.map((cell) => cell[2] || 0));
    return Object.assign(base(chart), {
      tooltip: { confine: true, formatter: (at) => echartsText(chart.ys[at.value[1]] + " · " + chart.xs[at.value[0]] + "：" + at.value[2]) },
      grid: { left: 8, right: 12, top: 8, bottom: 44, containLabel: true },
      xAxis: { type: "category", data: chart.xs, splitArea: { show: true }, axisLabel: { fontSize: 11, rotate: 40, interval: 0 } },
      yAxis: { type: "category", inverse: true, data: chart.ys, splitArea: { show: true }, axisLabel: { fontSize: 11, interval: 0, formatter: short } },
      visualMap: { min: 0, max: most, orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, itemWidth: 10, inRange: { color: ["#f4f7fa", "#8fa9c2", "#1f4e79"] } },
      series: [{ type: "heatmap", data: chart.cells, label: { show: true, fontSize: 10 } }],
    });
  }
  // A tooltip is HTML: what came out of somebody's file stays text.
  function echartsText(words) {
    const holder = document.createElement("span");
    holder.textContent = words;
    return holder.innerHTML;
  }
  const kinds = { bar: bars, stack: bars, line: lines, funnel: funnel, heat: heat };
  for (const chart of data) {
    const place = document.getElementById("chart-" + chart.name);
    try {
      const rows = chart.kind === "heat" ? chart.ys.length : chart.labels.length;
      const height = chart.kind === "line" ? 260 : chart.kind === "funnel" ? 250 : chart.kind === "heat" ? 150 + 24 * rows : 52 + 26 * rows;
      place.style.height = height + "px";
      const drawn = echarts.init(place, null, { renderer: "svg" });
      drawn.setOption(kinds[chart.kind](chart));
      charts.push(drawn);
      window.reportCharts.drawn += 1;
    } catch (error) {
      place.hidden = true;
      window.reportCharts.errors.push(chart.name + ": " + error);
    }
  }
  // With a view box a drawing shrinks to the width of the paper as it is.
  function scalable() {
    for (const svg of document.querySelectorAll(".drawing svg")) {
      svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
    }
  }
  scalable();
  window.addEventListener("resize", () => {
    charts.forEach((one) => one.resize());
    scalable();
  });
})();
