/** The numbers that measuring a library rests on, in one place. */

/** Neighbours whose findings are counted. */
export const NEIGHBOURS = 10
/** Nearest ones whose mean tells how strange a query is. */
export const NEAREST_FEW = 5
/** Where the shares err by more than this in the library's own check (expected calibration error), none is given. */
export const MOST_CALIBRATION_ERROR = 0.15
/** Fewer cases than this say nothing. */
export const LEAST = 30
/** Above this cosine two pictures are taken for copies of one another. */
export const NEAR_DUPLICATE = 0.99995
/** A query is called outside below this p-value. */
export const OUTSIDE_BELOW = 0.05
