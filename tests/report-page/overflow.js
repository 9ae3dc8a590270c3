// How wide the page is, and what of it stands out to the right of the screen, besides what scrolls by itself.
(() => ({
  wide: document.documentElement.scrollWidth,
  outside: [...document.querySelectorAll("main *")]
    .filter((element) => element.closest(".scroll") === null && element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 80))
    .slice(0, 3),
}))();
