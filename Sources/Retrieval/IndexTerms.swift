/// The terms of texts, for whoever compares indexes.
public enum IndexTerms {
    /// All terms in the order of the text, repeats included.
    public static func terms(of text: String) -> [String] { TermScanner.terms(of: text) }
}
