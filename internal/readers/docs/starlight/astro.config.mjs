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
      sidebar: [{ label: 'Ports', autogenerate: { directory: 'ports' } }],
    }),
  ],
  vite: { build: { chunkSizeWarningLimit: 4000 } },
});
