"""The forms of a home visit, made from its questions.

Where to change what:

    screen     one screen: asked, checked, kept     kinds     how a question is answered
    fields     the field of a question              initial   what a field is filled with
    shown      how a question is drawn              typed     numbers, dates and codes as they are written
    ending     sending, and a family that refuses
"""
