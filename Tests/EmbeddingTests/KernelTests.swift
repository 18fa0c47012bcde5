import CKernels
import Glibc
import Testing

@testable import Embedding

/// Numbers by chance, the same in every run.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

@Suite struct `Kernels` {
    @Test func `a product is that of plain loops at every level, wherever its numbers lie`() {
        var chance = Chance(1)
        let chunk = Int(CK_CHUNK)
        for _ in 0..<30 {
            let (rows, outputs, inputs) = (
                Int.random(in: 1...29, using: &chance), 32 * Int.random(in: 1...3, using: &chance),
                chunk * Int.random(in: 1...6, using: &chance)
            )
            let shift = Int.random(in: 0...3, using: &chance)
            let codes = (0..<rows * inputs + shift).map { _ in
                Bool.random(using: &chance) ? Int16.random(in: -32767...32767, using: &chance) : 32767
            }
            let weights = (0..<outputs * inputs + shift).map { _ in
                Bool.random(using: &chance) ? Int8.random(in: -127...127, using: &chance) : 127
            }
            let scales = (0..<outputs * inputs / chunk).map { _ in Float.random(in: 0.001...0.1, using: &chance) }
            let rowScales = (0..<rows).map { _ in Float.random(in: 0.001...0.1, using: &chance) }
            let bias = (0..<outputs).map { _ in Float.random(in: -1...1, using: &chance) }
            func product(_ level: ck_level) -> [Float] {
                var y = [Float](repeating: .nan, count: rows * outputs)
                codes.withUnsafeBufferPointer { codes in
                    weights.withUnsafeBufferPointer { weights in
                        scales.withUnsafeBufferPointer { scales in
                            bias.withUnsafeBufferPointer { bias in
                                guard let x = codes.baseAddress, let w = weights.baseAddress,
                                    let s = scales.baseAddress, let b = bias.baseAddress
                                else { return }
                                var matrix = ck_matrix(
                                    codes: w + shift, scales: s, bias: b, outputs: outputs, inputs: inputs)
                                ck_product(level, x + shift, rowScales, rows, &matrix, &y)
                            }
                        }
                    }
                }
                return y
            }
            let plain = product(CK_SCALAR)
            // One output by hand, in double precision.
            var sum = 0.0
            for part in 0..<inputs / chunk {
                var product = 0
                for input in part * chunk..<(part + 1) * chunk {
                    product += Int(codes[shift + input]) * Int(weights[shift + input / 2 * 32 + input % 2])
                }
                sum += Double(product) * Double(scales[part * 16])
            }
            let expected = sum * Double(rowScales[0]) + Double(bias[0])
            #expect(abs(Double(plain[0]) - expected) <= abs(expected) * 1e-5 + 1e-2)
            for level in Weights.levels { #expect(product(level) == plain, "level \(level.rawValue)") }
        }
    }

    @Test func `rows are rounded to sixteen bits alike at every level`() {
        var chance = Chance(2)
        for count in [16, 128, 384, 1_536] {
            var x = (0..<3 * count).map { _ in Float.random(in: -4...4, using: &chance) }
            for index in count..<2 * count { x[index] = 0 }
            func quantised(_ level: ck_level) -> ([Int16], [Float]) {
                var codes = [Int16](repeating: 1, count: 3 * count)
                var scales: [Float] = [1, 1, 1]
                ck_quantise(level, x, 3, count, &codes, &scales)
                return (codes, scales)
            }
            let base = quantised(CK_BASE)
            for level in Weights.levels { #expect(quantised(level) == base) }
            for (index, value) in x.enumerated() {
                #expect(abs(Float(base.0[index]) * base.1[index / count] - value) <= base.1[index / count] * 0.51)
            }
            #expect(base.0[count..<2 * count].allSatisfy { $0 == 0 })
        }
    }

    @Test func `the error linear unit is the exact one within its bound, alike at every level`() {
        let x = stride(from: Float(-12), to: 12, by: 0.0625).map { $0 } + [0, -0.0, 100, -100, 1e-30]
        let padded = x + [Float](repeating: 0, count: (16 - x.count % 16) % 16)
        func unit(_ level: ck_level) -> [Float] {
            var y = padded
            ck_gelu(level, &y, y.count)
            return y
        }
        let base = unit(CK_BASE)
        for level in Weights.levels { #expect(unit(level) == base) }
        for (x, y) in zip(padded, base) {
            let exact = 0.5 * Double(x) * (1 + erf(Double(x) / 2.0.squareRoot()))
            #expect(abs(Double(y) - exact) < 2e-7 * max(1, abs(Double(x))))
        }
    }

    @Test func `attention is that of the definition, alike at every level`() {
        var chance = Chance(3)
        for tokens in [1, 2, 3, 4, 5, 15, 16, 17, 33] {
            let (heads, width) = (2, 64)
            let qkv = (0..<tokens * 3 * width).map { _ in Float.random(in: -2...2, using: &chance) }
            func attention(_ level: ck_level) -> [Float] {
                var room = [Float](repeating: .nan, count: ck_attention_room(tokens))
                var out = [Float](repeating: .nan, count: tokens * width)
                ck_attention(level, qkv, tokens, heads, &room, &out)
                return out
            }
            let base = attention(CK_BASE)
            for level in Weights.levels { #expect(attention(level) == base) }
            for token in 0..<tokens {
                for head in 0..<heads {
                    func row(_ kind: Int, _ token: Int) -> ArraySlice<Float> {
                        let start = token * 3 * width + kind * width + head * 32
                        return qkv[start..<start + 32]
                    }
                    let shares = (0..<tokens).map { other -> Double in
                        var sum = 0.0
                        for (query, key) in zip(row(0, token), row(1, other)) { sum += Double(query) * Double(key) }
                        return exp(sum / 32.0.squareRoot())
                    }
                    for place in 0..<32 {
                        var mixed = 0.0
                        for other in 0..<tokens {
                            let value = row(2, other)
                            mixed += shares[other] * Double(value[value.startIndex + place])
                        }
                        let expected = mixed / shares.reduce(0, +)
                        #expect(abs(Double(base[token * width + head * 32 + place]) - expected) < 2e-5)
                    }
                }
            }
        }
    }

    @Test func `norms are those of the definition, alike at every level`() {
        var chance = Chance(4)
        let (rows, count) = (3, 384)
        let x = (0..<rows * count).map { _ in Float.random(in: -3...5, using: &chance) }
        let added = x.map { _ in Float.random(in: -1...1, using: &chance) }
        let gain = (0..<count).map { _ in Float.random(in: 0.5...2, using: &chance) }
        let bias = (0..<count).map { _ in Float.random(in: -1...1, using: &chance) }
        func norm(_ level: ck_level) -> [Float] {
            var y = x
            ck_add_norm(level, &y, added, gain, bias, rows, count)
            return y
        }
        let base = norm(CK_BASE)
        for level in Weights.levels { #expect(norm(level) == base) }
        for row in 0..<rows {
            let sums = (0..<count).map { Double(x[row * count + $0]) + Double(added[row * count + $0]) }
            let mean = sums.reduce(0, +) / Double(count)
            let deviation = (sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
            for index in 0..<count {
                let expected = (sums[index] - mean) / deviation * Double(gain[index]) + Double(bias[index])
                #expect(abs(Double(base[row * count + index]) - expected) < 1e-5)
            }
        }
    }
}
