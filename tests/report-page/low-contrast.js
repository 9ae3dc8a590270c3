// Texts whose contrast with what is behind them is below 4.5 : 1 (WCAG 2.2, 1.4.3).
(() => {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const holdsText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
  return [...document.querySelectorAll("body *")]
    .filter((element) => holdsText(element) && element.closest("svg") === null)
    .flatMap((element) => {
      const [dark, bright] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort(
        (one, other) => one - other,
      );
      const contrast = (bright + 0.05) / (dark + 0.05);
      return contrast < 4.5 ? [`${contrast.toFixed(2)}: ${(element.textContent ?? "").slice(0, 40)}`] : [];
    });
})();
