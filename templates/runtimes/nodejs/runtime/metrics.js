'use strict';
// Owns the function's metrics and their Prometheus text.

const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

class Metrics {
  constructor() {
    this.invocations = { success: 0, error: 0, timeout: 0, invalid: 0 };
    this.inFlight = 0;
    this.durationSum = 0;
    // One count per bucket and one for what is above them all; made cumulative when rendered.
    this.durationCounts = new Array(BUCKETS.length + 1).fill(0);
  }

  refused() {
    this.invocations.invalid += 1;
  }

  started() {
    this.inFlight += 1;
  }

  finished(outcome, seconds) {
    this.inFlight -= 1;
    this.invocations[outcome] += 1;
    this.durationSum += seconds;
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]) bucket += 1;
    this.durationCounts[bucket] += 1;
  }

  render() {
    const lines = [
      '# HELP function_invocations_total Events received, by how they ended.',
      '# TYPE function_invocations_total counter',
    ];
    for (const [outcome, count] of Object.entries(this.invocations)) {
      lines.push(`function_invocations_total{outcome="${outcome}"} ${count}`);
    }
    lines.push(
      '# HELP function_duration_seconds Time from the call of the handler to its answer.',
      '# TYPE function_duration_seconds histogram',
    );
    let total = 0;
    this.durationCounts.forEach((count, bucket) => {
      total += count;
      lines.push(`function_duration_seconds_bucket{le="${BUCKETS[bucket] ?? '+Inf'}"} ${total}`);
    });
    lines.push(
      `function_duration_seconds_sum ${this.durationSum}`,
      `function_duration_seconds_count ${total}`,
      '# HELP function_in_flight Handler calls not yet answered.',
      '# TYPE function_in_flight gauge',
      `function_in_flight ${this.inFlight}`,
    );
    return `${lines.join('\n')}\n`;
  }
}

module.exports = { Metrics };
