/** From here on the waiting line dominates the tail: the primer's cap is 70 to 80 %. */
export const UTILIZATION_LIMIT = 0.8

/** Requests that a plan simulates, and how many of the first it leaves out while the queue fills. */
export const SIMULATED_REQUESTS = 60_000
export const WARM_UP_REQUESTS = 6_000
