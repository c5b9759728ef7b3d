"""The default district's regions and categories (MODEL section 2, tables 2a and 2b)."""

# share of the firms, road km, one-way lead in days, freight consolidated and ad hoc, CNY per piece
REGIONS = {
    "zhili": (0.22, 80, 0.4, 0.04, 0.10),
    "anhui_southeast": (0.15, 150, 0.5, 0.05, 0.15),
    "anhui_southwest": (0.30, 390, 0.7, 0.09, 0.30),
    "jiangsu_north": (0.07, 410, 0.7, 0.09, 0.30),
    "jiangxi": (0.08, 580, 1.0, 0.12, 0.40),
    "henan": (0.08, 750, 1.25, 0.17, 0.50),
    "hubei": (0.06, 750, 1.25, 0.17, 0.50),
    "guangdong": (0.04, 1300, 2.5, 0.30, 0.80),
}
_FLAT = (1.0,) * 12
# SMV, share of orders, fabric metres, price in CNY, factor on the share by month
CATEGORIES = {
    "t_shirt": (6, 0.24, 0.55, 22, (1.0, 1.0, 1.2, 1.4, 1.4, 1.2, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0)),
    "trousers": (7, 0.20, 0.6, 28, _FLAT),
    "set": (14, 0.18, 1.1, 48, _FLAT),
    "dress": (16, 0.12, 0.9, 52, (1.0, 1.0, 1.25, 1.5, 1.5, 1.25, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0)),
    "sweatshirt": (
        13, 0.10, 1.0, 45, (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.25, 1.5, 1.5, 1.25, 1.0),
    ),
    "shirt": (16, 0.06, 0.9, 42, _FLAT),
    "jeans": (20, 0.05, 1.0, 55, _FLAT),
    "padded": (38, 0.05, 2.2, 120, (0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 1.0, 2.4, 3.4, 3.4, 2.4)),
    "uniform": (25, 0.02, 1.4, 80, (0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 3.2, 3.2, 3.2, 0.4, 0.4, 0.4)),
}  # fmt: skip
