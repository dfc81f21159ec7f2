/** What the modules say themselves, in both languages; all other text comes from the server. */

const words = {
  close: ["关闭", "Close"],
  cancel: ["取消", "Cancel"],
  confirm: ["确定", "OK"],
  confirmTitle: ["请确认", "Please confirm"],
  copied: ["已复制", "Copied"],
  copyFailed: ["浏览器不允许复制", "The browser does not allow copying"],
  undo: ["撤销", "Undo"],
  loading: ["正在读取……", "Loading …"],
  failed: ["未能完成", "That did not work"],
  offline: ["无法连接服务器", "The server cannot be reached"],
  retry: ["重试", "Try again"],
  noData: ["没有可显示的数据", "No data to show"],
  table: ["表格", "Table"],
  chart: ["图", "Chart"],
  download: ["下载", "Download"],
  opensSource: ["点按查看数据来源", "Click for its source"],
  noValue: ["无数据", "no data"],
  stacked: ["堆积", "Stacked"],
  grouped: ["并列", "Grouped"],
  share: ["占比", "Share"],
  total: ["合计", "Total"],
  category: ["类别", "Category"],
  interval: ["95% 区间", "95 % interval"],
  lower: ["下限", "Lower limit"],
  upper: ["上限", "Upper limit"],
  change: ["变化", "Change"],
  level: ["之后的水平", "Level after it"],
  play: ["播放", "Play"],
  pause: ["暂停", "Pause"],
  from: ["从", "From"],
  to: ["到", "To"],
  value: ["数值", "Value"],
  name: ["名称", "Name"],
  provenance: ["数据来源", "Where this figure comes from"],
  openPage: ["打开完整页面", "Open as a page"],
  copyLink: ["复制链接", "Copy link"],
  expandAll: ["全部展开", "Expand all"],
  more: ["其余 {n} 项", "{n} more"],
  switchTheme: ["切换深浅色", "Switch light and dark"],
  shortcuts: ["键盘快捷键", "Keyboard shortcuts"],
  shortcutSearch: ["搜索", "Search"],
  shortcutHelp: ["显示本表", "This list"],
  shortcutTheme: ["切换深浅色", "Light or dark"],
  shortcutClose: ["关闭", "Close"],
  places: ["查找区域或设施", "Find a region or plant"],
  wholeRegion: ["回到全域", "Show the whole region"],
  legend: ["图例", "Legend"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
  noWebgl: ["浏览器不支持地图绘制,下面是同样内容的表格。", "This browser cannot draw the map; the table says the same."],
  capacity: ["规模", "Capacity"],
  kind: ["类型", "Kind"],
  fuel: ["燃料", "Fuel"],
  status: ["状态", "Status"],
  owner: ["所属企业", "Owner"],
  commissioned: ["投产年份", "Commissioned"],
  source: ["来源", "Source"],
  synthetic: ["合成数据", "synthetic"],
  details: ["详情", "Details"],
  mapScroll: ["按住 Ctrl 并滚动以缩放地图", "Hold Ctrl and scroll to zoom the map"],
  mapScrollMac: ["按住 ⌘ 并滚动以缩放地图", "Hold ⌘ and scroll to zoom the map"],
  mapTouch: ["用两个手指移动地图", "Use two fingers to move the map"],
  rows: ["{n} 行", "{n} rows"],
  facilities: ["{n} 个设施", "{n} plants"],
} as const;

export type Word = keyof typeof words;

/** "zh" or "en", from the page. */
export function language(): "zh" | "en" {
  return document.documentElement.lang.startsWith("en") ? "en" : "zh";
}

/** The word in the page's language, `{name}` filled in. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  const text: string = words[word][language() === "en" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
