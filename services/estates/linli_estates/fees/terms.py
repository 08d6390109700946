"""The words of an account of fees 物业费, as they stand on the wire."""

from enum import StrEnum


class WaiverReason(StrEnum):
    """Why a bill, or a part of it, need not be paid."""

    HARDSHIP = "hardship"  # 困难减免
    VACANCY = "vacancy"  # 空置
    SERVICE_DEFECT = "service_defect"  # 服务瑕疵
    BILLING_ERROR = "billing_error"  # 开账错误
    PROMOTION = "promotion"  # 优惠
