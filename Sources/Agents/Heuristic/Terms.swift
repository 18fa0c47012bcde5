/// Words that carry meaning: lower case, without stop words, in the singular as far as an `s` tells.
enum Terms {
    /// The terms of a text, in their order, repeated as they are.
    static func of(_ text: some StringProtocol) -> [String] {
        words(of: text).compactMap(term)
    }

    /// Runs of letters and digits.
    static func words(of text: some StringProtocol) -> [String] {
        Substring(text).split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "’" }.map(String.init)
    }

    static func term(_ word: String) -> String? {
        var word = word.lowercased().replacing("’", with: "'")
        if word.hasSuffix("'s") { word.removeLast(2) }
        word = word.filter { $0 != "'" }
        guard word.count > 2, !stopWords.contains(word) else { return nil }
        if word.count > 4, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") { word.removeLast() }
        return word
    }

    private static let stopWords: Set<String> = Set(
        """
        a about above after again against all almost along already also although always am among an and any are as at be \
        because been before being below between both but by can could did do does doing done down during each either else \
        even ever every few first for from further get gets give go goes got had has have having he her here hers him his \
        how i if in into is it its itself just last least less let like made make makes many may me might more most much \
        must my never new next no nor not now of off often on once one only onto or other our ours out over own per put \
        quite rather really said same say says see seem she should since so some still such take than that the their them \
        then there these they thing things this those though three through thus to today together too two under until up \
        upon us use used uses using very was way we week well went were what when where whether which while who whom whose \
        why will with within without would year years yes yet you your yours http https www com org net html \
        aber alle als am auch auf aus bei bin bis das dass dem den der des die doch dort du ein eine einem einen einer er \
        es für hat ich ihr im ist kann kein man mehr mit nach nicht noch nur oder sich sie sind so über um und uns vom von \
        vor war was wenn wer wie wir wird zu zum zur
        """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
