import starlight from '@astrojs/starlight';
import mermaid from 'astro-mermaid';
import { defineConfig } from 'astro/config';
import linksValidator from 'starlight-links-validator';

export default defineConfig({
  site: 'https://docs.example',
  integrations: [
    mermaid(),
    starlight({
      title: 'Docs',
      plugins: [linksValidator()],
      routeMiddleware: './src/menu.js',
      sidebar: [
        {
          label: 'Ports',
          items: [
            'ports',
            'ports/ports',
            'ports/sharing',
            { label: 'Products', autogenerate: { directory: 'ports/products' } },
            { label: 'Shared services', autogenerate: { directory: 'ports/services' } },
            { label: 'Sites', autogenerate: { directory: 'ports/sites' } },
          ],
        },
      ],
    }),
  ],
  vite: { build: { chunkSizeWarningLimit: 4000 } },
});
