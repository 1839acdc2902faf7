"""A look at every pair that exists, fast and from the reference rules alone; it lists none.

The trick is to ask each rule only once per pair of *classes*: people who are alike in everything a rule reads, and vacancies likewise.
`classes` finds those, `ruling` asks the reference rule about them, and the answers become bits: for a class of people, one bit per
vacancy. `sift` then takes 64 pairs through a rule in one step, and `pairs` looks one by one at what is left: skills and points.

Who looks from the side of people counts per person; the same code with the sides exchanged counts per vacancy. What both count must add
up to the same. Pairs about which something is known are left out, and judged one by one by the reference itself (`known`).
"""
