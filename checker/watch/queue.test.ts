import { describe, expect, it } from 'vitest';
import { advance, emptyQueue, enqueue, putFirst, type Queue } from './queue.ts';

const queue = (part: Partial<Queue>): Queue => ({ ...emptyQueue, ...part });

describe('the queue of runs', () => {
  it('starts labs in the order in which they were added, each once', () => {
    const first = advance(enqueue(emptyQueue, ['a', 'b', 'a']));
    expect(first).toEqual({ running: 'a', cancelled: false, waiting: ['b'] });
    expect(advance(first)).toEqual({ running: 'b', cancelled: false, waiting: [] });
    expect(advance(advance(first))).toEqual({ running: undefined, cancelled: false, waiting: [] });
  });

  it('a lab that is running can be added again', () => {
    expect(enqueue(queue({ running: 'a' }), ['a']).waiting).toEqual(['a']);
  });

  it('nothing running: the newest goes first', () => {
    expect(putFirst(queue({ waiting: ['b'] }), 'a')).toEqual({ cancelled: false, waiting: ['a', 'b'] });
  });

  it('a newer save of the running lab cancels its run', () => {
    expect(putFirst(queue({ running: 'a', waiting: ['b'] }), 'a')).toEqual({
      running: 'a',
      cancelled: true,
      waiting: ['a', 'b'],
    });
  });

  it('a save of another lab goes first, and the cancelled run is done again afterwards', () => {
    expect(putFirst(queue({ running: 'a', waiting: ['c', 'b'] }), 'b')).toEqual({
      running: 'a',
      cancelled: true,
      waiting: ['b', 'a', 'c'],
    });
  });

  it('a burst of saves leaves one run of each lab', () => {
    const burst = ['b', 'b', 'a', 'b'].reduce(putFirst, queue({ running: 'a' }));
    expect(burst).toEqual({ running: 'a', cancelled: true, waiting: ['b', 'a'] });
  });
});
