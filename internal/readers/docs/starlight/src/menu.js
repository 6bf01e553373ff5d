import { defineRouteMiddleware } from '@astrojs/starlight/route-data';

export const onRequest = defineRouteMiddleware(({ locals }) => name(locals.starlightRoute.sidebar));

function name(entries) {
  for (const group of entries.filter((entry) => entry.type === 'group')) {
    name(group.entries);
    const [index, ...others] = group.entries;
    if (index?.type === 'link' && others.every((entry) => entry.type === 'group' || entry.href.startsWith(index.href))) {
      group.label = index.label;
    }
  }
}
