"""The colours of pictures: those of the tokens, and what maps and charts need beside them."""

INK, QUIET, RULE, PAPER = "#16202A", "#5B6875", "#D5DBE1", "#FFFFFF"
ACCENT, ALERT = "#1F5C99", "#C8442B"
ACCENT_PALE = "#A9C3DD"  # the part of a figure that was carried forward
RAMP = ("#E8EFF6", "#B3CBE2", "#7BA3CB", "#3F76AD", "#0E3A66")
GROUND = "#F5F7F9"
WATER, LAND, NEIGHBOUR = "#D8E6F0", "#E2E0D8", "#F2F1ED"
BORDER, NEIGHBOUR_BORDER, NEIGHBOUR_NAME = "#8C949C", "#FFFFFF", "#6B747D"
NEED = {0: RAMP[0], 1: RAMP[1], 2: RAMP[3], 3: RAMP[4]}
