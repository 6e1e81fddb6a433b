"""The best one-to-one assignment (maximum total weight) between two small lists.

Comes in: a matrix of weights, 0 where two must not be paired. Goes out: index pairs. Called by `match_honours`: a greedy choice would
give a certificate to the first claim that resembles it and leave the right one without."""

from __future__ import annotations

from collections.abc import Sequence


def best_assignment(weights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs (row, column), each row and column at most once, of the greatest total weight; only pairs of weight > 0 are given.

    The Hungarian method with potentials, O(n²·m): fast enough for hundreds of rows. Equal totals are resolved the same way every time.
    """
    rows, cols = len(weights), len(weights[0]) if weights else 0
    if rows == 0 or cols == 0:
        return []
    if rows > cols:
        return sorted((row, col) for col, row in best_assignment([list(column) for column in zip(*weights, strict=True)]))
    owner = _owners([[-weight for weight in row] for row in weights], rows, cols)
    return sorted((row - 1, col - 1) for col, row in enumerate(owner) if col and row and weights[row - 1][col - 1] > 0)


def _owners(cost: list[list[float]], rows: int, cols: int) -> list[int]:
    """For each column (1-based) the row (1-based) that owns it in the cheapest assignment of all rows, 0 for none. Needs rows <= cols."""
    row_potential, col_potential = [0.0] * (rows + 1), [0.0] * (cols + 1)
    owner = [0] * (cols + 1)
    for row in range(1, rows + 1):
        owner[0] = row
        previous = _augmenting_path(cost, owner, row_potential, col_potential, cols)
        col = previous[-1]
        while col:
            owner[col] = owner[previous[col]]
            col = previous[col]
    return owner


def _augmenting_path(
    cost: list[list[float]], owner: list[int], row_potential: list[float], col_potential: list[float], cols: int
) -> list[int]:
    """The predecessors of each column on the cheapest path to a free column, which is appended as the last item; potentials are updated."""
    least = [float("inf")] * (cols + 1)
    previous = [0] * (cols + 1)
    used = [False] * (cols + 1)
    col = 0
    while True:
        used[col] = True
        row, step, nearest = owner[col], float("inf"), 0
        for other in range(1, cols + 1):
            if used[other]:
                continue
            reduced = cost[row - 1][other - 1] - row_potential[row] - col_potential[other]
            if reduced < least[other]:
                least[other], previous[other] = reduced, col
            if least[other] < step:
                step, nearest = least[other], other
        for other in range(cols + 1):
            if used[other]:
                row_potential[owner[other]] += step
                col_potential[other] -= step
            else:
                least[other] -= step
        col = nearest
        if owner[col] == 0:
            return [*previous, col]
