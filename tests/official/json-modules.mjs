// GitHub's packages import JSON as bundlers do, without saying so. For `node --import`.
import { register } from 'node:module';

const hooks = `export const load = (url, context, next) => next(url, url.endsWith('.json')
  ? { ...context, importAttributes: { type: 'json' }, format: 'json' } : context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
