/// Questions that share hardly a word with the note they ask for.
///
/// The cosines are those of all-MiniLM-L6-v2 (int8) in thousandths: a row a question, a column a note.
enum ParaphrasedQuestions {
    static let notes = [
        "Supplier raised the flour price by eight percent from June; look for a second mill.",
        "Refund issued to Mrs. Alvarez after her parcel arrived with a cracked teapot.",
        "The card terminal at the front till drops its connection every afternoon.",
        "Hired Tom as weekend barista; his trial shift is on Saturday at seven.",
        "Landlord agreed to fix the leaking roof above the storage room before winter.",
        "Our spring email campaign had a 42 percent open rate, the best so far this year.",
        "Health inspector visits on Tuesday; deep clean the kitchen and check the fridge logs.",
        "Two regulars asked whether we could stock gluten-free brownies.",
        "The accountant needs all receipts from the last quarter before the tenth.",
        "Delivery van failed its annual safety test because of worn brake pads.",
        "Competitor on Oak Avenue started a loyalty card with every tenth drink free.",
        "Customer data must be deleted on request under the privacy regulation within thirty days.",
        "Website checkout crashes on older phones when a voucher code is entered.",
        "Negotiated a three-year lease extension with a fixed monthly rent.",
        "Photo shoot for the autumn catalogue is booked with the studio on Bridge Street.",
        "Sara will be on maternity leave from September until March.",
        "We lost the contract with the hotel because our bid was too expensive.",
        "Order more paper cups; the cupboard will be empty within a week.",
        "The local school wants us to sponsor the football team's new shirts.",
        "Bank approved the loan for the new oven at five percent interest.",
        "A journalist from the Gazette wants to interview the founder about our first ten years.",
        "Night shift workers complain that the break room is too cold.",
        "Payroll was sent two days late because of the public holiday.",
        "Our Instagram account was hacked and posted strange links on Friday.",
        "New packaging made of recycled cardboard arrives next month.",
        "The wedding cake for the Petrov family needs five tiers and sugar flowers.",
        "Insurance will pay for the damage caused by the burst pipe in the cellar.",
        "Survey results: shoppers wait too long in line at lunch time.",
        "The patent application for the folding bicycle rack was filed yesterday.",
        "Warehouse stock count showed forty missing headphones.",
    ]

    /// Each with the number of the one note that answers it.
    static let questions: [(text: String, note: Int)] = [
        ("ingredient costs are going up, find another vendor", 0),
        ("money back for an item broken in the mail", 1),
        ("payment machine keeps going offline", 2),
        ("recently employed person who makes espresso", 3),
        ("water dripping through the ceiling", 4),
        ("how well did the newsletter perform", 5),
        ("official hygiene check coming up", 6),
        ("clients would like wheat-free desserts", 7),
        ("bookkeeper is waiting for paperwork", 8),
        ("vehicle did not pass the roadworthiness examination", 9),
        ("rival cafe rewards repeat visitors", 10),
        ("GDPR right to be forgotten deadline", 11),
        ("bug in the online shop when applying a discount on a mobile device", 12),
        ("employee expecting a baby will be away", 15),
        ("why did the guesthouse choose another company instead of ours", 16),
        ("running out of takeaway beverage containers", 17),
        ("press would like to talk with the owner", 20),
        ("salaries went out behind schedule", 22),
        ("social media security breach", 23),
        ("inventory discrepancy, audio gear vanished", 29),
        ("agreement for renting the premises prolonged", 13),
        ("professional pictures for the fall brochure", 14),
        ("sports kit donation for pupils", 18),
        ("financing for buying baking equipment was granted", 19),
        ("staff want more heating in the lounge", 21),
        ("eco-friendly boxes are coming", 24),
        ("multi-layer dessert for a marriage celebration", 25),
        ("claim covered for flooding in the basement", 26),
        ("queues at noon annoy buyers", 27),
        ("intellectual property filing for an invention", 28),
    ]

    static let cosines: [[Int]] = [
        [
            469, 126, 12, 111, 62, 122, 81, 223, 57, -91, 209, 64, 154, 49, 100, -15, 309, 237, 116, 193, -57,
            18, 72, 134, 185, 159, 76, 178, 27, 197,
        ],
        [
            117, 469, 8, -37, 118, 166, 0, 72, 184, 205, 116, 145, 287, 92, 85, -45, 287, 104, 75, 171, -54, 62,
            277, 97, 225, 85, 192, 86, 86, 207,
        ],
        [
            9, 42, 342, 74, -26, -6, 56, -66, 6, 53, 95, 146, 292, 37, 60, 21, 107, 178, -3, 75, -72, 71, 146,
            59, -24, 15, 64, 235, -57, 85,
        ],
        [
            187, 230, 37, 295, 44, 56, 197, 98, 59, 3, 156, 42, 52, 79, 83, 128, 138, 102, 54, 41, 225, 100,
            113, 11, 134, 34, 139, 146, 16, 38,
        ],
        [
            17, 28, 109, 38, 353, -5, 95, -90, 17, -84, 107, -6, 97, 47, 104, 56, 119, 69, 29, 51, 7, 198, 36,
            138, -39, -60, 288, 30, -42, -57,
        ],
        [
            113, 44, 14, 135, -24, 538, 90, 50, 11, -11, 91, 45, 52, 43, 146, 45, 72, 94, 71, 85, 207, 67, 116,
            79, 112, -24, -44, 247, 54, 115,
        ],
        [
            53, 110, 12, 65, 19, 66, 492, 114, 126, 160, 89, 77, 74, -33, 78, 134, -11, 134, 162, 53, 95, 120,
            161, 161, 210, -1, 118, 135, -1, 24,
        ],
        [
            338, 157, -59, 149, -28, 213, 21, 421, 105, -2, 135, 72, 64, 54, 52, 91, 160, 107, 148, 183, 32,
            125, 105, -76, 103, 277, 60, 292, 95, 40,
        ],
        [
            43, 232, 120, 204, 115, -19, 303, 85, 230, 57, 111, 66, 92, 81, 99, 165, 95, 313, 38, 169, 108, 145,
            234, -88, 143, -33, 48, 307, 82, 70,
        ],
        [
            57, 161, 8, -2, -34, 28, 124, 23, 223, 401, 19, 143, 40, 12, 45, -38, 104, 32, 40, 82, -13, -4, 162,
            -65, 17, -49, 105, 96, 71, 166,
        ],
        [
            125, 135, 187, 151, -84, 166, 65, 61, 67, -96, 398, 43, 155, 57, 146, 17, 180, 214, 178, 130, 87,
            -10, 110, 98, 104, 108, 49, 265, 46, 43,
        ],
        [
            30, 161, 122, 44, 103, 160, 115, 77, 250, 73, -92, 391, 116, 32, 3, 38, 113, 77, -17, 34, 26, 15,
            330, 54, 39, -22, 23, 224, 134, 106,
        ],
        [
            120, 168, 78, 45, 86, 162, 0, 53, 144, 34, 244, 184, 525, 55, 105, -14, 234, -24, 20, 147, -99, 42,
            228, 121, 131, -19, 27, 325, 157, 183,
        ],
        [
            16, 72, 44, 127, 19, 54, 123, 23, 50, 147, -14, 114, 59, 29, -51, 550, 98, 61, -53, 29, -54, 181,
            211, -82, 113, 71, 64, 141, 10, 77,
        ],
        [
            166, 85, -14, 182, 199, 126, 36, 150, 51, 28, 229, 85, 127, 180, 112, 62, 456, 36, 95, 271, 119,
            218, 238, 120, 89, 182, 155, 143, 69, 122,
        ],
        [
            58, 181, 106, 133, -8, 75, 101, 148, 104, 58, 279, 35, 26, -31, 18, 24, 94, 454, 67, 105, -26, 102,
            15, -37, 261, 92, 191, 236, -4, 146,
        ],
        [
            60, 103, 10, 148, 91, 86, 138, 109, 47, 21, 119, 90, 141, 30, 162, -17, 212, 108, 176, 30, 346, 58,
            48, 110, 44, -91, 204, 126, 22, 106,
        ],
        [
            243, 113, 39, 203, 75, 149, 110, 25, 189, 25, 14, 48, 87, 182, 5, 162, 267, 76, 29, 88, -10, 179,
            436, 101, -25, -40, 134, 175, 5, 189,
        ],
        [
            53, 121, 77, 67, 77, 183, 149, 6, 15, 50, 61, 308, 161, 18, 19, 23, 94, 0, 21, 44, 141, 128, 215,
            525, -12, -106, 157, 61, 37, 42,
        ],
        [
            197, 119, 21, 55, 4, -7, 128, 47, 230, 37, 33, 136, 99, -4, 98, -51, 141, 194, -63, -4, -2, 16, 196,
            12, 188, -25, 53, 110, 74, 503,
        ],
        [
            -58, -1, -1, 105, 359, -11, 65, 42, 105, 11, -13, 272, 178, 513, 151, 47, 313, 92, 22, 97, 7, 150,
            108, -36, 35, 32, 160, 128, 52, -16,
        ],
        [
            54, 18, 85, 119, 22, 76, 96, 87, 30, -10, 91, -122, 96, 32, 553, 62, 18, 124, 224, -36, 144, 5, -36,
            17, 237, 209, 57, 2, 121, 62,
        ],
        [
            54, 35, -40, 29, -49, 48, -19, 101, 96, 31, 170, -115, 87, -40, 65, 15, -47, 127, 586, 65, 62, -33,
            14, -37, 168, 54, 62, 69, 111, -18,
        ],
        [
            361, 161, -39, 132, 94, 104, 48, 254, 264, 56, 195, 58, 155, 249, 90, 26, 314, 141, 205, 524, 87,
            -50, 140, 13, 147, 165, 145, 123, 246, 148,
        ],
        [
            149, 28, 61, 115, 168, 77, 155, 76, 53, -63, 69, 52, -34, 158, 46, 74, 184, 148, 169, 238, 42, 361,
            103, 17, 14, 66, 122, 159, -65, 3,
        ],
        [
            69, 93, 65, 65, 20, 163, 189, 222, 84, 42, 176, 19, 120, 28, 131, -24, 29, 320, 128, 77, -21, 31,
            40, -11, 501, 172, 91, 199, 89, 175,
        ],
        [
            27, 117, -88, -10, -69, -34, -43, 77, 14, -34, 35, -90, 27, -24, 66, 139, 43, 48, 36, 1, -72, 22,
            11, -133, 9, 522, -75, 53, 14, -76,
        ],
        [
            64, 133, -15, 5, 310, -20, 43, -11, 178, 54, -13, 102, 0, 194, 101, 41, 140, 12, 46, -7, 11, 55, 84,
            37, 20, -16, 467, -26, 100, -6,
        ],
        [
            126, 82, 241, 108, 50, 154, 157, 99, 142, -59, 240, 146, 126, 72, 60, -47, 152, 190, 27, 151, 63,
            114, 136, -4, 95, -7, 149, 521, -36, 152,
        ],
        [
            -26, 125, -114, 26, 71, -51, 49, 13, 132, 6, 97, 119, 42, 13, 63, -104, -5, -26, 139, 83, 200, -109,
            13, 49, 106, -13, 114, -50, 486, 98,
        ],
    ]
}
