import Testing
import Workspace

@Suite struct OutcomeValueTests {
    @Test(arguments: [
        ("169", 169_000_000), ("0", 0), ("0.46", 460_000), ("46%", 460_000), ("46.25 %", 462_500), ("100%", 1_000_000),
        ("-3", -3_000_000), ("-0.5%", -5_000), ("0.000001", 1), ("999999999999", 999_999_999_999_000_000),
    ])
    func `a figure is exact`(_ text: String, _ millionths: Int) {
        #expect(OutcomeValue.millionths(text) == Int64(millionths))
    }

    @Test(arguments: [
        "", "-", "%", "many", "1,5", "1e3", "+3", "--3", "0.0000001", "0.00001%", "1234567890123", "4 6", ".5", "5.",
        "٤",
    ])
    func `anything else is none`(_ text: String) {
        #expect(OutcomeValue.millionths(text) == nil)
    }
}
