import Testing

@testable import Retrieval

@Suite struct `Numbers in groups` {
    private func runs(_ text: String) -> [String] {
        var runs: [String] = []
        var text = text
        text.withUTF8 { bytes in
            DigitRuns.forEach(in: bytes) { digits, _ in runs.append(String(decoding: digits, as: UTF8.self)) }
        }
        return runs
    }

    @Test(arguments: [
        "+49 711 258802", "0711/258802", "(0711) 258802", "0711 25 88 02", "0711-2588-02", "Tel. 0711.258802, abends",
        "00 49 711 25 88 02", "0711\u{A0}258\u{202F}802",
    ])
    func `are one number, however they are parted`(_ text: String) {
        #expect(runs(text).contains("711258802"))
    }

    @Test func `lose the zeros in front`() {
        #expect(runs("call 01765550142 now") == ["1765550142"])
        #expect(runs("0176 5550142") == ["1765550142"])
    }

    @Test(arguments: [("1.299", ["1299"]), ("25 000 bricks", ["25000"]), ("1 299 000", ["1299000"])])
    func `of thousands are one`(_ text: String, _ expected: [String]) {
        #expect(runs(text).contains(expected[0]))
    }

    @Test(arguments: [
        "", "42", "711258802", "39.50", "2026 15", "09:30", "12, 13, 14", "| 1200 | 1300 | 1400 |", "1200\n1300000",
        "1.2.3", "12 13 14 15 16 17 18 19 20 21", "0", "000000000",
    ])
    func `are none of dates, sizes, lists and tables`(_ text: String) {
        #expect(runs(text).isEmpty)
    }

    @Test func `say where they stand`() {
        var found: [(String, String)] = []
        let text = "IBAN DE89 3704 0044 0532 0130 00."
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            DigitRuns.forEach(in: bytes) { digits, place in
                found.append((String(decoding: digits, as: UTF8.self), String(decoding: bytes[place], as: UTF8.self)))
            }
        }
        #expect(found.contains { $0 == ("89370400440532013000", "89 3704 0044 0532 0130 00") })
        #expect(found.allSatisfy { digits, place in place.filter(\.isNumber).hasSuffix(digits) })
    }
}
