// Texts of which a part is hidden because it does not fit.
(() =>
  [...document.querySelectorAll("main *")]
    .filter(
      (element) =>
        ["hidden", "clip", "auto", "scroll"].includes(getComputedStyle(element).overflowX) &&
        element.getClientRects().length > 0 &&
        element.scrollWidth > element.clientWidth + 1,
    )
    .filter((element) => element.clientWidth > 1)
    .map((element) => element.outerHTML.slice(0, 80))
    .slice(0, 3))();
