"""Threefry-2x32 with 20 rounds, written from its paper (Salmon et al. 2011), so that it judges what the programs draw."""

WORD = 0xFFFFFFFF
ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)


def threefry2x32(key, counter):
    keys = (key[0] & WORD, key[1] & WORD, (0x1BD11BDA ^ key[0] ^ key[1]) & WORD)
    x0, x1 = ((counter[i] + keys[i]) & WORD for i in (0, 1))
    for i in range(20):
        x0 = (x0 + x1) & WORD
        turn = ROTATIONS[i % 8]
        x1 = ((x1 << turn | x1 >> (32 - turn)) & WORD) ^ x0
        if i % 4 == 3:
            group = i // 4 + 1
            x0 = (x0 + keys[group % 3]) & WORD
            x1 = (x1 + keys[(group + 1) % 3] + group) & WORD
    return x0, x1


# The known answers of Random123.
assert threefry2x32((0, 0), (0, 0)) == (0x6B200159, 0x99BA4EFE)
assert threefry2x32((WORD, WORD), (WORD, WORD)) == (0x1CB996FC, 0xBB002BE7)
assert threefry2x32((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3)) == (0xC4923A9C, 0x483DF7A0)


def draws(place, site, rows, elements):
    """Integers below 2²⁴ for the elements of some rows: a key of (seed, site) and the step, a counter of row and element."""
    key = threefry2x32((place["seed"], site), place["step"])
    first = place["firstRow"]
    return [[threefry2x32(key, (first + row, i))[0] >> 8 for i in range(elements)] for row in range(rows)]
