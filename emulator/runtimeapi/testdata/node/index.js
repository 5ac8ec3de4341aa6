exports.handler = async (event, context) => {
  switch (event.do) {
    case 'context': return { ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID };
    case 'error': throw new RangeError('out of stock');
    case 'throw text': throw 'just text';
    case 'undefined': return undefined;
    case 'circular': { const a = {}; a.a = a; return a; }
    case 'never': return new Promise(() => {});
    case 'rejection': Promise.reject(new Error('forgotten')); return new Promise((done) => setTimeout(done, 10000));
    case 'exception': setTimeout(() => { throw new Error('too late'); }, 1); return new Promise((done) => setTimeout(done, 10000));
    case 'exit': process.exit(4); break;
    case 'large': return 'a'.repeat(event.bytes - 2);
    case 'print': console.log('to stdout'); console.error('to stderr'); return null;
    default: return event;
  }
};
exports.nested = { deep: { handler: async () => 'deep' } };
exports.sync = (event) => 'nobody reads this';
exports.callback = (event, context, callback) => {
  if (event.do === 'error') return callback(new Error('by callback'));
  if (event.do === 'now') context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => { exports.ticks = (exports.ticks || 0) + 1; }, 50);
  callback(null, { ticks: exports.ticks || 0 });
};
exports.waited = (event, context, callback) => setTimeout(() => callback(null, 'waited'), 5);
exports.ticks = 0;
exports.text = 'not a function';
exports.legacy = (event, context) => { setTimeout(() => context.succeed('succeeded'), 1); };
exports.beating = async () => {
  if (!exports.timer) exports.timer = setInterval(() => { exports.beats = (exports.beats || 0) + 1; }, 1);
  return exports.beats || 0;
};
