"""What is asked of a page in a real browser, whoever sees it: axe, narrow, large letters, dark, forced colours, focus, targets, words."""

from __future__ import annotations

from typing import Any

WIDE, NARROW, HEIGHT = 1280, 320, 900
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ASK = f"{{runOnly: {_TAGS}, resultTypes: ['violations']}}"
_CONTRAST = "{runOnly: ['color-contrast'], resultTypes: ['violations']}"
_PLAIN = """() => {
  const found = [], shown = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const say = (what, e) => found.push(`${what}: ${e.outerHTML.slice(0, 160)}`);
  for (const one of document.querySelectorAll('main details')) one.open = true;
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  if (!document.title.trim()) found.push('no title');
  const first = document.querySelector('a[href], button, input, select, textarea');
  if (!first || first.className !== 'skip' || !document.querySelector(first.getAttribute('href'))) found.push('no way past the head');
  for (const one of document.querySelectorAll('.large button')) if (one.getBoundingClientRect().height < 44) say('under 44 px', one);
  for (const one of document.querySelectorAll('main a.button, button, input:not([type=hidden]), select, textarea, summary')) {
    const box = one.getBoundingClientRect();
    if (shown(one) && (box.width < 24 || box.height < 24)) say('under 24 px', one);
  }
  const reached = 'a[href], button, input:not([type=hidden], :disabled), select, textarea, summary, [tabindex="0"]';
  for (const one of document.querySelectorAll(reached)) {
    if (!shown(one)) continue;
    one.focus({preventScroll: true});
    const style = getComputedStyle(one);
    if (document.activeElement !== one) say('takes no focus', one);
    else if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) say('its focus is not seen', one);
  }
  return found;
}"""
_FORCED = """() => {
  const found = [], marks = {};
  for (const one of document.querySelectorAll('button:not(.plain), a.button')) {
    const style = getComputedStyle(one);
    const edge = style.borderStyle !== 'none' && style.borderColor !== style.backgroundColor;
    if (one.checkVisibility() && !edge) found.push(`no edge: ${one.outerHTML.slice(0, 160)}`);
  }
  for (const one of document.querySelectorAll('.light')) {
    const style = getComputedStyle(one);
    const looks = [style.backgroundColor, style.backgroundImage, style.borderStyle, style.borderRadius].join();
    for (const [name, other] of Object.entries(marks))
      if (name !== one.className && other === looks) found.push(`${one.className} looks like ${name}`);
    marks[one.className] = looks;
  }
  return [...new Set(found)];
}"""
_WIDER = "document.documentElement.scrollWidth > window.innerWidth"


def faults(page: Any, language: str) -> list[str]:
    """Everything that is wrong with the page as it stands; it is loaded once, and only its window changes."""
    from axe_playwright_python.sync_playwright import Axe

    found: list[str] = []
    if page.locator("html").get_attribute("lang") != language:
        found.append(f"its language is not {language}")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.keyboard.press("Tab")  # so that focus shows as it does to whoever uses the keyboard
    found += page.evaluate(_PLAIN)
    page.evaluate(Axe().axe_script)
    dark = language == "en"  # the other one in the other light
    page.emulate_media(color_scheme="dark" if dark else "light")
    found += _axe(page, _ASK, "narrow")
    if page.evaluate(_WIDER):
        found.append("wider than 320 px")
    page.set_viewport_size({"width": WIDE // 2, "height": HEIGHT // 2})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(_WIDER):
        found.append("wider than the window at 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    page.emulate_media(color_scheme="light" if dark else "dark")
    found += _axe(page, _CONTRAST, "wide")
    page.emulate_media(color_scheme="light", forced_colors="active")
    found += page.evaluate(_FORCED)
    page.emulate_media(forced_colors="none")
    return [f"{page.title().strip()} [{language}]: {one}" for one in found]


def _axe(page: Any, ask: str, where: str) -> list[str]:
    told = page.evaluate(f"axe.run(document, {ask})")["violations"]
    return [f"{one['id']} ({where}) {node['html'][:160]}" for one in told for node in one["nodes"][:2]]
