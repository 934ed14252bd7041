/** Pages that the server shows when there is no built site to show. */

/** Asks again every second, and loads the page that was asked for once the site is there. */
export const buildingPage = page(
  'Building the site',
  `<h1><span class="dot"></span>Building the site</h1>
<p>The first start takes about half a minute. Later starts take seconds.</p>
<p class="quiet">This page opens the workshop by itself.</p>
<script>
setInterval(async () => {
  const health = await fetch('/api/health').then((answer) => answer.json()).catch(() => undefined);
  if (health && health.site !== 'building') location.reload();
}, 1000);
</script>
<noscript><meta http-equiv="refresh" content="3"></noscript>`,
);

/** Says why the site could not be built. */
export function failedPage(message: string): string {
  return page(
    'The site could not be built',
    `<h1>The site could not be built</h1><pre>${escapeHtml(message)}</pre>
<p class="quiet">Grading works without it: <code>npm run check</code>.</p>`,
  );
}

export const plainNotFoundPage = page(
  'Not found',
  '<h1>There is no such page</h1><p><a href="/">Go to the start of the workshop</a></p>',
);

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { min-height: 80vh; display: grid; place-content: center; margin: 0 auto; padding: 2rem; max-width: 44rem }
h1 { font-size: 1.4rem; font-weight: 600; margin: 0 0 .5rem }
p { margin: .25rem 0 } .quiet { opacity: .65 }
pre { overflow: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem }
.dot { display: inline-block; width: .6em; height: .6em; margin-right: .6em; border-radius: 50%; background: #2e8555; animation: pulse 1.2s ease-in-out infinite }
@keyframes pulse { 50% { opacity: .2 } }
@media (prefers-reduced-motion: reduce) { .dot { animation: none } }
</style>
${body}
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
