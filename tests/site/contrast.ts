import type { Page } from 'playwright-core';

/**
 * Finds text whose contrast with the colour behind it is below WCAG 2.2 AA: 4.5, or 3 for large text.
 * @returns one line for each pair of colours, with a piece of the text
 */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: number[]) => {
      const [red = 0, green = 0, blue = 0] = color.map((value) =>
        value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = (element: Element | null): number[] => {
      if (element === null) return [255, 255, 255];
      const color = channels(getComputedStyle(element).backgroundColor);
      return color.length === 3 || (color[3] ?? 0) > 0.5 ? color.slice(0, 3) : ground(element.parentElement);
    };
    const faint = new Map<string, string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent?.trim() ?? '';
      const element = walker.currentNode.parentElement;
      if (text === '' || element === null || element.closest('style, script, noscript, svg') !== null)
        continue;
      if (element.getClientRects().length === 0) continue;
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const shades = [luminance(channels(style.color).slice(0, 3)), luminance(ground(element))];
      const contrast = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
      if (contrast < (large ? 3 : 4.5))
        faint.set(`${style.color} on ${ground(element)}`, `${contrast.toFixed(2)} "${text.slice(0, 40)}"`);
    }
    return [...faint].map(([colors, example]) => `${colors}: ${example}`);
  });
}
