import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

/** One line: points of a time (ISO 8601) and a value. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

export interface TimeChartProps {
  /** What the chart shows, for screen readers. */
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly kind?: 'line' | 'bar';
  /** In pixels. */
  readonly height?: number;
}

const COLORS = {
  light: ['#0b7285', '#c2255c', '#5f3dc4', '#e67700', '#2b8a3e', '#1864ab', '#862e9c', '#a61e4d'],
  dark: ['#3bc9db', '#f783ac', '#b197fc', '#ffc078', '#8ce99a', '#74c0fc', '#e599f7', '#faa2c1'],
};

function optionOf({ label, series, kind = 'line' }: TimeChartProps, scheme: 'light' | 'dark') {
  const text = scheme === 'dark' ? '#c1c7cd' : '#495057';
  const line = scheme === 'dark' ? '#31363d' : '#e3e8ec';
  return {
    color: COLORS[scheme],
    aria: { enabled: true, label: { description: label } },
    animationDuration: 250,
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 14, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      backgroundColor: scheme === 'dark' ? '#24282d' : '#ffffff',
      borderColor: line,
      textStyle: { color: scheme === 'dark' ? '#e9ecef' : '#212529' },
    },
    ...(series.length > 1 ? { legend: { top: 0, type: 'scroll', textStyle: { color: text }, pageTextStyle: { color: text } } } : {}),
    xAxis: {
      type: 'time',
      axisLabel: { color: text, hideOverlap: true },
      axisLine: { lineStyle: { color: line } },
      splitLine: { show: false },
    },
    yAxis: { type: 'value', scale: kind === 'line', axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
    series: series.map(({ name, points }) => ({
      name,
      type: kind,
      data: points.map(({ at, value }) => [at, value]),
      ...(kind === 'line'
        ? { showSymbol: points.length < 2, lineStyle: { width: 2 }, areaStyle: { opacity: series.length === 1 ? 0.12 : 0 } }
        : { stack: 'all', barMaxWidth: 28 }),
    })),
  };
}

/** A line or bar chart over time, on a canvas. Use `LineChart`, which loads it when it is needed. */
export function TimeChart(props: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    if (host.current === null) return;
    const drawn = init(host.current);
    chart.current = drawn;
    const resizing = new ResizeObserver(() => drawn.resize());
    resizing.observe(host.current);
    return () => {
      resizing.disconnect();
      drawn.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(optionOf(props, scheme), { notMerge: true });
  }, [props, scheme]);

  return <div ref={host} role="img" aria-label={props.label} style={{ height: props.height ?? 280, width: '100%' }} />;
}
