import { loadCatalog } from '../../../checker/catalog.ts';

process.stdout.write(JSON.stringify(await loadCatalog(process.cwd())));
