/** The error function in float64 with + − × ÷ only, so that every machine gets the same bits. */
import { expOfSum } from './exponential.ts'

/**
 * erf x = 2/√π ∫₀ˣ e^(−t²) dt, within 1.5 ulp.
 *
 * Below 1 a polynomial in x², above 1 − e^(−x²) g((x − 5/2) / (x + 5/2)) (the variable of Shepherd and Laframboise 1981,
 * Chebyshev approximation of (1 + 2x) exp(x²) erfc x); the fits are by `test/fixtures/derive-polynomials.py`.
 */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (a < 1) return x + x * belowOne(x * x)
  if (a > 6) return x < 0 ? -1 : 1
  const y = 1 - expOfSum(-a * a, 0) * scaledComplement((a - 2.5) / (a + 2.5))
  return x < 0 ? -y : y
}

/** erf(x) / x − 1 of z = x². */
function belowOne(z: number): number {
  const w = z * z
  const even =
    0.12837916709551256 +
    w *
      (0.11283791670945006 +
        w *
          (0.0052239776071164225 +
            w * (0.00012055294904839707 + w * (1.6447424703317362e-6 + w * 1.3720064546777686e-8))))
  const odd =
    -0.37612638903183543 +
    w *
      (-0.02686617064323777 +
        w *
          (-0.0008548325975389692 +
            w *
              (-1.492473690741966e-5 + w * (-1.6208483801871705e-7 + w * -7.795898827002142e-10))))
  return even + z * odd
}

/** e^(x²) erfc(x) of u = (x − 5/2) / (x + 5/2), 1 ≤ x ≤ 6. */
function scaledComplement(u: number): number {
  const w = u * u
  const even =
    0.2108063640611436 +
    w *
      (0.2517131932174488 +
        w *
          (0.03992253907546523 +
            w *
              (-0.0026423659518134547 +
                w *
                  (0.0002283799633257643 +
                    w *
                      (-3.4175718896856294e-5 +
                        w * (7.499735050763299e-6 + w * -1.587633893127344e-6))))))
  const odd =
    -0.37173673394897294 +
    w *
      (-0.12503305237891782 +
        w *
          (-0.003993701160123029 +
            w *
              (0.0008759152875774328 +
                w *
                  (-0.00012887483134837842 +
                    w * (1.8596747731144528e-5 + w * -2.2328516517555215e-6)))))
  return even + u * odd
}
